package io.streamclr.it;

import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.record.ReplayedImage;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.trainer.render.ImageTopicRenderer;
import io.streamclr.trainer.views.ViewRenderer.RememberedViews;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast views of remembered images are rendered in the trainer's process, by offset from topic {@code images}, and how
 * fast by a worker that is asked through a topic and answers through another. The worker is as near as one can be, a
 * thread of this process and no job, and renders by the same code; so the difference is what the two topics cost alone. No
 * test: {@code ./mvnw -pl it-tests -am test -Dtest=OnDemandBenchmark -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@ExtendWith(RealBroker.class)
class OnDemandBenchmark {

    private static final int IMAGES = 8_000;
    private static final int BATCH = 128;
    private static final int PARTITIONS = 2;
    private static final int SECONDS = 6;

    @TempDir
    private Path folder;

    @Test
    void measure() throws Exception {
        Path pictures = folder.resolve("pictures");
        Pictures.write(pictures, IMAGES, 28);
        RealBroker.create(Topic.IMAGES, "demand.images", PARTITIONS);
        Command.run(
                "ingest",
                pictures.toString(),
                "--images-topic=demand.images",
                "--no-check",
                "--bootstrap-server",
                RealBroker.address());
        List<ReplayedImage> all = new ArrayList<>();
        for (int i = 0; i < IMAGES - 500; i++) {
            all.add(new ReplayedImage(i % PARTITIONS, (long) (i / PARTITIONS), 0));
        }
        Collections.shuffle(all, new Random(1));

        for (int round = 0; round < 3; round++) {
            try (ImageTopicRenderer views = new ImageTopicRenderer(RealBroker.connection(), "demand.images")) {
                double first = pairsPerSecond(views, all, all.size() / BATCH);
                double again = pairsPerSecond(views, all, Integer.MAX_VALUE);
                System.out.printf(
                        Locale.ROOT,
                        "rendered on demand: %,.0f pairs/s of images asked for the first time, %,.0f of such asked for"
                                + " lately%n",
                        first,
                        again);
            }
            for (int ahead : new int[] {1, 8}) {
                double[] rates = askedFor(all.subList(0, all.size() / BATCH * BATCH), ahead);
                System.out.printf(
                        Locale.ROOT,
                        "asked for through a topic, %d batches ahead: %,.0f pairs/s of images asked for the first time,"
                                + " then %,.0f%n",
                        ahead,
                        rates[0],
                        rates[1]);
            }
        }
    }

    /** Pairs per second of a first and a second round over the images, by a worker that reads one topic and writes another. */
    @SuppressWarnings("FutureReturnValueIgnored") // what is lost is missed among the answers
    private static double[] askedFor(List<ReplayedImage> all, int ahead) throws Exception {
        String name = "demand." + UUID.randomUUID();
        RealBroker.create(Topic.VIEWS, name + ".requests", 1);
        RealBroker.create(Topic.VIEWS, name + ".answers", 1);
        AtomicBoolean ended = new AtomicBoolean();
        Thread worker = new Thread(() -> answer(name, ended));
        worker.start();
        double[] rates = new double[2];
        try (KafkaProducer<byte[], byte[]> requests = producer();
                KafkaConsumer<byte[], byte[]> answers = consumer(name + ".answers")) {
            for (int turn = 0; turn < 2; turn++) {
                long begin = System.nanoTime();
                int asked = 0;
                int rendered = 0;
                while (rendered < all.size()) {
                    for (; asked < all.size() && asked < rendered + ahead * BATCH; asked++) {
                        ReplayedImage image = all.get(asked);
                        byte[] request = ByteBuffer.allocate(16)
                                .putInt(image.getPartition())
                                .putLong(image.getOffset())
                                .putInt(turn)
                                .array();
                        requests.send(new ProducerRecord<>(name + ".requests", 0, null, request));
                    }
                    requests.flush();
                    rendered += answers.poll(Duration.ofMillis(200)).count();
                }
                rates[turn] = rendered / ((System.nanoTime() - begin) / 1e9);
            }
        } finally {
            ended.set(true);
            worker.join();
        }
        return rates;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // likewise
    private static void answer(String name, AtomicBoolean ended) {
        Recipe recipe = Recipe.parse("grey");
        try (ImageTopicRenderer views = new ImageTopicRenderer(RealBroker.connection(), "demand.images");
                KafkaConsumer<byte[], byte[]> requests = consumer(name + ".requests");
                KafkaProducer<byte[], byte[]> answers = producer()) {
            while (!ended.get()) {
                List<ReplayedImage> wanted = new ArrayList<>();
                requests.poll(Duration.ofMillis(50)).forEach(request -> {
                    ByteBuffer asked = ByteBuffer.wrap(request.value());
                    wanted.add(new ReplayedImage(asked.getInt(), asked.getLong(), asked.getInt()));
                });
                if (!wanted.isEmpty()) {
                    views.replay(
                            new RememberedViews("run", 1, "views", recipe.fingerprint(), recipe.text(), 1, wanted),
                            encoded -> answers.send(new ProducerRecord<>(name + ".answers", 0, null, encoded)));
                    answers.flush();
                }
            }
        }
    }

    private static KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                RealBroker.connection().with(Map.of("acks", "all", "batch.size", 512 << 10)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String topic) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                RealBroker.connection().with(Map.of("max.poll.records", 10_000, "fetch.max.wait.ms", 5)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition only = new TopicPartition(topic, 0);
        consumer.assign(List.of(only));
        consumer.seekToBeginning(List.of(only));
        return consumer;
    }

    private static double pairsPerSecond(ImageTopicRenderer views, List<ReplayedImage> all, int batches) {
        Recipe recipe = Recipe.parse("grey");
        AtomicInteger rendered = new AtomicInteger();
        long begin = System.nanoTime();
        for (int batch = 0; batch < batches && System.nanoTime() - begin < SECONDS * 1_000_000_000L; batch++) {
            int from = batch * BATCH % (all.size() - BATCH);
            RememberedViews wanted = new RememberedViews(
                    "run", batch, "views", recipe.fingerprint(), recipe.text(), batch, all.subList(from, from + BATCH));
            views.replay(wanted, encoded -> rendered.incrementAndGet());
        }
        return rendered.get() / ((System.nanoTime() - begin) / 1e9);
    }
}
