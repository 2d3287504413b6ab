package io.streamclr.local.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.augment.AugmentConfig;
import io.streamclr.augment.AugmentJob;
import io.streamclr.augment.job.RenderSettings;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewBenchmark;
import io.streamclr.ingest.Ingest;
import io.streamclr.ingest.IngestConfig;
import io.streamclr.ingest.IngestListener;
import io.streamclr.local.broker.LocalBroker;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.stream.sink.Compression;
import io.streamclr.stream.source.Passes;
import io.streamclr.stream.start.RunningJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The augment job between a broker's topics, and beside it the engine alone, on the same images, by as many threads as
 * the job has subtasks. The two take turns, so that both see the machine in the same mood.
 *
 * @param path of the images
 * @param count how many of them, in turn
 * @param parallelism subtasks, and partitions of the topics; 1 or more
 * @param exactlyOnce whether the job writes in transactions
 * @param compression of what it writes
 * @param measured how long each turn is measured, after half as long to warm up
 */
record PipelineBenchmark(
        Path path,
        int count,
        Recipe recipe,
        int parallelism,
        boolean exactlyOnce,
        Compression compression,
        Duration measured) {

    private static final int TURNS = 2;

    /** More passes than any turn reaches. */
    private static final int PASSES = 1_000_000;

    private static final Duration GLANCE = Duration.ofMillis(100);

    /** No job takes longer to write its first pair. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * The better of the turns.
     *
     * @param pairsPerSecond that arrive in the topic
     * @param enginePairsPerSecond of the engine alone
     * @param imageBytes of an image, on average
     * @param jobCores processor seconds a second of this JVM: the job, its Kafka clients, Flink
     * @param brokerCores likewise of the broker
     * @param storedBytes of a pair on the broker's disk, as it was packed
     * @param passGap milliseconds from the last pair of a pass to the first of the next, the longest; empty if no pass
     *     ended
     */
    record Figures(
            double pairsPerSecond,
            double enginePairsPerSecond,
            double imageBytes,
            double jobCores,
            double brokerCores,
            double storedBytes,
            OptionalLong passGap) {}

    /** One turn of the job. */
    private record Turn(double pairsPerSecond, double jobCores, double brokerCores) {}

    /**
     * Measures with a broker whose data lies in this folder.
     *
     * @throws RefusalException if an image cannot be decoded, or the broker or the job fails
     */
    Figures measure(Path folder) throws Exception {
        List<byte[]> images = Encoded.first(count, path);
        try (LocalBroker broker = LocalBroker.start(folder)) {
            KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
            send(kafka);
            double engine = 0;
            Turn best = new Turn(0, 0, 0);
            for (int turn = 0; turn < TURNS; turn++) {
                engine = Math.max(engine, engineAlone(images));
                Turn through = throughKafka(kafka, broker, turn);
                best = through.pairsPerSecond() > best.pairsPerSecond() ? through : best;
            }
            double bytes =
                    images.stream().mapToInt(image -> image.length).average().orElseThrow();
            return new Figures(
                    best.pairsPerSecond(),
                    engine,
                    bytes,
                    best.jobCores(),
                    best.brokerCores(),
                    StoredBytes.perRecord(kafka, Topic.VIEWS.defaultName()),
                    PassGaps.longest(kafka, Topic.VIEWS.defaultName()));
        }
    }

    private void send(KafkaConnection kafka) throws Exception {
        try (Topics topics = Topics.at(kafka)) {
            for (Topic topic : List.of(Topic.IMAGES, Topic.VIEWS, Topic.IMAGES_REJECTED)) {
                topics.create(topic, topic.defaultName(), parallelism);
            }
        }
        Ingest.run(
                IngestConfig.of(List.of(path), kafka).upTo(count), IngestListener.silent(), new SimpleMeterRegistry());
    }

    private double engineAlone(List<byte[]> images) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(parallelism);
        try {
            List<Future<ViewBenchmark.Figures>> alone = new ArrayList<>();
            for (int thread = 0; thread < parallelism; thread++) {
                alone.add(threads.submit(() -> ViewBenchmark.run(images, recipe, measured.dividedBy(2), measured)));
            }
            double sum = 0;
            for (Future<ViewBenchmark.Figures> one : alone) {
                sum += one.get().pairsPerSecond();
            }
            return sum;
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RefusalException refusal
                    ? refusal
                    : new IllegalStateException("The engine failed", failed.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    /** @param turn the run's seed: a job of a seed that the topic knows would go on where that one ended */
    private Turn throughKafka(KafkaConnection kafka, LocalBroker broker, int turn) throws InterruptedException {
        AugmentConfig config = AugmentConfig.of(kafka, recipe)
                .withDrawing(RenderSettings.by(recipe).withSeed(turn))
                .withPasses(new Passes(PASSES, false))
                .withParallelism(parallelism)
                .withCompression(compression);
        RunningJob job = AugmentJob.start(exactlyOnce ? config.writingExactlyOnce() : config);
        try (Topics topics = Topics.at(kafka)) {
            long before = written(topics);
            long patience = System.nanoTime() + PATIENCE.toNanos();
            while (written(topics) == before) {
                waitFor(GLANCE, job, broker);
                if (System.nanoTime() > patience) {
                    throw new RefusalException("The job has written no view pair in " + PATIENCE.toSeconds()
                            + " s; measure on a machine that is less busy");
                }
            }
            waitFor(measured.dividedBy(2), job, broker);
            long pairs = written(topics);
            Duration ownTime = ownProcessorTime();
            Duration brokersTime = broker.processorTime();
            long begin = System.nanoTime();
            waitFor(measured, job, broker);
            double seconds = (System.nanoTime() - begin) / 1e9;
            return new Turn(
                    (written(topics) - pairs) / seconds,
                    ownProcessorTime().minus(ownTime).toNanos() / 1e9 / seconds,
                    broker.processorTime().minus(brokersTime).toNanos() / 1e9 / seconds);
        } finally {
            job.stop();
        }
    }

    private static void waitFor(Duration time, RunningJob job, LocalBroker broker) throws InterruptedException {
        if (job.awaitEnd(time)) {
            job.awaitEnd();
            throw new RefusalException(broker.trouble().orElse("The job ended before it was measured; start again"));
        }
    }

    private static long written(Topics topics) {
        return topics.end(Topic.VIEWS.defaultName()).values().stream()
                .mapToLong(end -> end)
                .sum();
    }

    private static Duration ownProcessorTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
