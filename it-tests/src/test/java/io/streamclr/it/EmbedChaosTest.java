package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.console.Console;
import io.streamclr.local.broker.LocalBroker;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The embedding process, with Flink in it, and the broker are killed and started again, at another parallelism each time,
 * while images and encoders come. The profile {@code chaos} runs it long.
 */
class EmbedChaosTest {

    private static final int IMAGES = Integer.getInteger("chaos.images", 20_000);
    private static final int KILLS = Integer.getInteger("chaos.kills", 4);
    private static final int SWITCHES = 10;
    private static final int PARTITIONS = 4;
    private static final int SIDE = 8;
    private static final int CHECKED = 200;
    private static final long DELAY_MS = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final EmbedTopics TOPICS = new EmbedTopics();

    /** As the system names them. */
    private record EmbedTopics(String images, String embeddings, String switches) {
        EmbedTopics() {
            this(Topic.IMAGES.defaultName(), Topic.EMBEDDINGS.defaultName(), Topic.EMBEDDINGS_ENCODERS.defaultName());
        }
    }

    @TempDir
    Path folder;

    private LocalBroker broker;
    private OwnJvm job;
    private int starts;
    private int sent;

    @Test
    void noImageIsMissingOrThereTwiceOrEmbeddedByAWrongEncoderWhateverIsKilled() throws Exception {
        broker = LocalBroker.start(folder);
        createTopics();
        publish(0);
        startJob();
        await(() -> isLogged(0));
        int kills = 0;
        for (int round = 1; round <= SWITCHES; round++) {
            send((int) ((long) IMAGES * round / (SWITCHES + 1)) - sent);
            publish(round);
            for (; kills < KILLS * round / SWITCHES; kills++) {
                if (kills % 4 == 2) {
                    broker.crash();
                    broker = LocalBroker.start(folder);
                } else {
                    job.kill();
                    startJob();
                }
                send(1);
            }
            long step = round;
            await(() -> isLogged(step));
            sendUntilInEffect(step);
        }
        send(Math.max(0, IMAGES - sent));
        await(this::allAreThere);
        job.terminate();

        requireNoTrace(ledger().embeddings(TOPICS.embeddings(), PARTITIONS));
    }

    @AfterEach
    void end() {
        if (job != null) {
            job.kill();
        }
        if (broker != null) {
            broker.close();
        }
    }

    private void requireNoTrace(EmbeddingLedger.Read read) throws Exception {
        List<ImageEmbedding> all = read.all();
        Map<TopicPartition, Map<Long, String>> digests = new HashMap<>();
        Set<String> ids = new HashSet<>();
        for (ImageEmbedding each : all) {
            ids.add(each.getImageId());
            digests.computeIfAbsent(image(each), none -> new HashMap<>())
                    .put(each.getOrigin().getOffset(), each.getDigest());
        }
        assertThat(ids).as("every image has an id of its own").hasSize(sent);
        assertThat(all).hasSize(sent);
        assertThat(digests).isEqualTo(ledger().encoders(TOPICS.images(), PARTITIONS, TOPICS.switches()));
        assertThat(all.stream().map(ImageEmbedding::getDigest).distinct()).hasSize(SWITCHES + 1);
        Map<TopicPartition, Map<Long, float[]>> expected =
                ledger().vectors(TOPICS.images(), all, all.size() / CHECKED, shelf());
        for (int i = 0; i < all.size(); i += all.size() / CHECKED) {
            ImageEmbedding each = all.get(i);
            assertThat(EmbeddingLedger.vector(each))
                    .isEqualTo(expected.get(image(each)).get(each.getOrigin().getOffset()));
        }
    }

    private static TopicPartition image(ImageEmbedding each) {
        return new TopicPartition(TOPICS.images(), each.getOrigin().getPartition());
    }

    private boolean allAreThere() throws Exception {
        try (Topics topics = Topics.at(kafka())) {
            if (topics.end(TOPICS.embeddings()).values().stream()
                            .mapToLong(Long::longValue)
                            .sum()
                    < sent) {
                return false;
            }
        }
        return ledger().embeddings(TOPICS.embeddings(), PARTITIONS).all().size() >= sent;
    }

    private void createTopics() {
        try (Topics topics = Topics.at(kafka())) {
            for (Topic topic : Topic.values()) {
                topics.create(topic, topic.defaultName(), PARTITIONS);
            }
        }
    }

    private void publish(int step) throws Exception {
        new TinyEncoders(kafka(), Topic.ENCODERS.defaultName(), folder.resolve("checkpoints"), SIDE)
                .publish(step, Map.of());
    }

    private void startJob() throws Exception {
        job = OwnJvm.start(
                folder.resolve("embed.out"),
                List.of("-Xmx512m"),
                Console.class.getName(),
                List.of(
                        "embed",
                        "--follow",
                        "--bootstrap-server",
                        broker.bootstrapServers(),
                        "--checkpoints",
                        folder.resolve("job").toString(),
                        "--checkpoint-interval",
                        "0.5",
                        "--encoders",
                        shelf().toString(),
                        "--switch-delay",
                        Double.toString(DELAY_MS / 1e3),
                        "--threads",
                        "1",
                        "--parallelism",
                        Integer.toString(1 + starts++ % PARTITIONS)));
    }

    private Path shelf() {
        return folder.resolve("shelf");
    }

    private void send(int images) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            List<Future<RecordMetadata>> all = new ArrayList<>();
            for (int i = 0; i < images; i++) {
                all.add(producer.send(next()));
            }
            for (Future<RecordMetadata> each : all) {
                each.get();
            }
        }
    }

    private boolean isLogged(long step) throws Exception {
        return ledger().switches(TOPICS.switches()).containsKey(step);
    }

    /** Until the broker dates an image so late that it takes the encoder of this step. */
    private void sendUntilInEffect(long step) throws Exception {
        long effect = ledger().switches(TOPICS.switches()).get(step) + DELAY_MS;
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            while (producer.send(next()).get().timestamp() < effect) {
                // one more
            }
        }
    }

    private ProducerRecord<byte[], byte[]> next() throws Exception {
        int number = sent++;
        return new ProducerRecord<>(
                TOPICS.images(), number % PARTITIONS, null, Pictures.envelope(Pictures.png(number, SIDE)));
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                kafka().with(Map.of("acks", "all", "linger.ms", 5)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private KafkaConnection kafka() {
        return KafkaConnection.to(broker.bootstrapServers());
    }

    private EmbeddingLedger ledger() {
        return new EmbeddingLedger(kafka());
    }

    /** Waits for something, and meanwhile starts a job again that gave up. */
    private void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos() + IMAGES * 1_000_000L;
        while (!condition.call()) {
            if (job.endsWithin(LOOK_AGAIN)) {
                startJob();
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Nothing moves; the last words: " + job.lastWords());
            }
        }
    }
}
