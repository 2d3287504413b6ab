package io.streamclr.it;

import io.streamclr.augment.AugmentConfig;
import io.streamclr.augment.AugmentConfig.TopicNames;
import io.streamclr.augment.AugmentJob;
import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.stream.source.Passes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the job loses of its rate by transactions, and by bad images, in turns. Runs by its name alone. */
@ExtendWith(RealBroker.class)
class GuaranteesBenchmark {

    private static final int IMAGES = 20_000;
    private static final int PASSES = Integer.getInteger("cost.passes", 2);
    private static final int ROUNDS = Integer.getInteger("cost.rounds", 5);
    private static final int SIDE = 28;
    private static final TopicPartition VIEWS = new TopicPartition("views.cost", 0);
    private static final Duration GLANCE = Duration.ofMillis(200);

    private enum Course {
        PLAIN,
        IN_TRANSACTIONS,
        WITH_BAD_IMAGES
    }

    /** @param cpuMicros of this JVM for an image, its collector and Flink included */
    private record Figures(double imagesPerSecond, double cpuMicros) {}

    @Test
    void measure() throws Exception {
        for (Topic topic : List.of(Topic.IMAGES, Topic.IMAGES_REJECTED, Topic.VIEWS)) {
            RealBroker.create(topic, topic.defaultName() + ".cost", 1);
        }
        RealBroker.create(Topic.IMAGES, "images.cost.bad", 1);
        SentImages.allGood(RealBroker.connection(), "images.cost", 1, IMAGES, SIDE);
        SentImages.oneBadIn(100, RealBroker.connection(), "images.cost.bad", 1, IMAGES, SIDE);

        Map<Course, List<Figures>> figures = new EnumMap<>(Course.class);
        for (int round = 0; round <= ROUNDS; round++) {
            for (Course course : Course.values()) {
                Figures one = run(course, 1 + round * Course.values().length + course.ordinal());
                if (round > 0) { // the first warms up
                    figures.computeIfAbsent(course, first -> new ArrayList<>()).add(one);
                }
            }
        }

        Figures plain = median(figures.get(Course.PLAIN));
        figures.forEach((course, rounds) -> {
            Figures median = median(rounds);
            System.out.printf(
                    Locale.ROOT,
                    "%s: %.0f images/s, %.3f of plain; %.1f us of processor an image, %.3f of plain%n",
                    course,
                    median.imagesPerSecond(),
                    median.imagesPerSecond() / plain.imagesPerSecond(),
                    median.cpuMicros(),
                    median.cpuMicros() / plain.cpuMicros());
        });
    }

    /** @param seed another one for each run, because a job goes on after the views of its seed */
    private static Figures run(Course course, long seed) throws Exception {
        String images = course == Course.WITH_BAD_IMAGES ? "images.cost.bad" : "images.cost";
        AugmentConfig usual = AugmentConfig.of(RealBroker.connection(), Recipe.parse("grey,size=" + SIDE));
        AugmentConfig config = usual.withTopics(new TopicNames(images, "views.cost", "images.rejected.cost"))
                .withDrawing(usual.drawing().withSeed(seed))
                .withPasses(new Passes(PASSES, false))
                .withParallelism(1);
        try (KafkaConsumer<byte[], byte[]> views = new KafkaConsumer<>(
                RealBroker.connection().with(Map.of("enable.auto.commit", false)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            views.assign(List.of(VIEWS));
            long begin = end(views);
            long cpu = processorNanos();
            AugmentJob.start(course == Course.IN_TRANSACTIONS ? config.writingExactlyOnce() : config)
                    .awaitEnd();
            double cpuMicros = (processorNanos() - cpu) / 1e3 / IMAGES / PASSES;
            double seconds = (lastTime(views, end(views) - 5) - firstTime(views, begin)) / 1e3;
            return new Figures(IMAGES * PASSES / seconds, cpuMicros);
        }
    }

    private static long end(KafkaConsumer<?, ?> views) {
        return views.endOffsets(List.of(VIEWS)).get(VIEWS);
    }

    /** When the first record after this offset was written, in milliseconds. */
    private static long firstTime(KafkaConsumer<byte[], byte[]> views, long offset) {
        views.seek(VIEWS, offset);
        while (true) {
            for (ConsumerRecord<byte[], byte[]> record : views.poll(GLANCE)) {
                return record.timestamp();
            }
        }
    }

    /** When the last record was written; marks of transactions are none, so it is looked for from a bit before. */
    private static long lastTime(KafkaConsumer<byte[], byte[]> views, long from) {
        views.seek(VIEWS, from);
        long end = end(views);
        long last = 0;
        while (views.position(VIEWS) < end) {
            for (ConsumerRecord<byte[], byte[]> record : views.poll(GLANCE)) {
                last = record.timestamp();
            }
        }
        return last;
    }

    private static long processorNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
    }

    private static Figures median(List<Figures> rounds) {
        double[] rates =
                rounds.stream().mapToDouble(Figures::imagesPerSecond).sorted().toArray();
        double[] cpus = rounds.stream().mapToDouble(Figures::cpuMicros).sorted().toArray();
        return new Figures(rates[rates.length / 2], cpus[cpus.length / 2]);
    }
}
