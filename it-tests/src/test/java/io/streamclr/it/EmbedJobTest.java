package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.embed.EmbedConfig;
import io.streamclr.embed.EmbedJob;
import io.streamclr.embed.encoders.Gate;
import io.streamclr.embed.encoders.PinnedEncoder;
import io.streamclr.embed.job.Computing;
import io.streamclr.embed.job.EmbedSettings;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.record.RejectReason;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.source.ImagesFormat;
import io.streamclr.stream.start.Checkpoints;
import io.streamclr.stream.start.RunningJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(RealBroker.class)
class EmbedJobTest {

    private static final int PARTITIONS = 2;
    private static final int SIDE = 28;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long DELAY = 400;

    @TempDir
    Path folder;

    private String name;
    private EmbedConfig.TopicNames topics;
    private TinyEncoders encoders;
    private RunningJob newest;
    private int sent;

    @BeforeEach
    void createTopics(TestInfo test) {
        name = "embed-" + test.getTestMethod().orElseThrow().getName();
        topics = new EmbedConfig.TopicNames(
                name + ".images", name + ".rejects", name + ".encoders", name + ".embeddings");
        RealBroker.create(Topic.IMAGES, topics.images(), PARTITIONS);
        RealBroker.create(Topic.IMAGES_REJECTED, topics.rejects(), PARTITIONS);
        RealBroker.create(Topic.ENCODERS, topics.encoders(), 1);
        createEmbeddings();
        RealBroker.create(Topic.EMBEDDINGS_ENCODERS, topics.switches(), 1);
        encoders = new TinyEncoders(RealBroker.connection(), topics.encoders(), folder.resolve("checkpoints"), SIDE);
    }

    private void createEmbeddings() {
        RealBroker.create(Topic.EMBEDDINGS, topics.embeddings(), PARTITIONS);
    }

    @Test
    void eachImageIsEmbeddedByTheEncoderThatWasTheNewestWhenItArrivedAlsoWhenAllIsDoneAgain() throws Exception {
        Path first = encoders.publish(1, Map.of());
        send(30);
        RunningJob job = start(config());
        awaitEmbeddings(30);
        Path second = encoders.publish(2, Map.of());
        Files.delete(first); // as its run does; it is kept
        // Until one takes the new one: no clock of ours says when that is.
        await().atMost(PATIENCE).until(() -> {
            send(4);
            awaitEmbeddings(sent);
            return digests(embeddings()).size() == 2;
        });
        job.stop();
        Files.delete(second);

        EmbeddingLedger ledger = new EmbeddingLedger(RealBroker.connection());
        EmbeddingLedger.Read once = ledger.embeddings(topics.embeddings(), PARTITIONS);
        requireRightEncoders(ledger, once);
        requireRightVectors(ledger, once);
        assertThat(once.repeated()).isZero();

        try (Topics all = Topics.at(RealBroker.connection())) {
            all.delete(topics.embeddings());
        }
        createEmbeddings();
        RunningJob again = start(config());
        awaitEmbeddings(sent);
        again.stop();

        assertThat(ledger.embeddings(topics.embeddings(), PARTITIONS).once()).isEqualTo(once.once());
    }

    private void requireRightEncoders(EmbeddingLedger ledger, EmbeddingLedger.Read read) throws Exception {
        Map<TopicPartition, Map<Long, String>> digests = new HashMap<>();
        for (ImageEmbedding each : read.all()) {
            digests.computeIfAbsent(
                            new TopicPartition(topics.images(), each.getOrigin().getPartition()),
                            none -> new HashMap<>())
                    .put(each.getOrigin().getOffset(), each.getDigest());
        }
        assertThat(digests).isEqualTo(ledger.encoders(topics.images(), PARTITIONS, topics.switches()));
    }

    private void requireRightVectors(EmbeddingLedger ledger, EmbeddingLedger.Read read) throws Exception {
        Map<TopicPartition, Map<Long, float[]>> expected =
                ledger.vectors(topics.images(), read.all(), 1, folder.resolve("shelf"));
        for (ImageEmbedding each : read.all()) {
            assertThat(EmbeddingLedger.vector(each))
                    .isEqualTo(expected.get(new TopicPartition(
                                    topics.images(), each.getOrigin().getPartition()))
                            .get(each.getOrigin().getOffset()));
        }
    }

    @Test
    void aJobThatIsStartedAgainGoesOnAfterWhatIsThereAndBadImagesGoToTheSide() throws Exception {
        encoders.publish(1, Map.of());
        send(10);
        RealBroker.send(topics.images(), 0, null, Pictures.envelope(new byte[] {1, 2, 3}));
        RealBroker.send(topics.images(), 1, null, new byte[] {9});
        RunningJob job = start(config());
        awaitEmbeddings(10);
        await().atMost(PATIENCE).until(() -> rejects().size() >= 2);
        job.stop();
        send(10);
        RunningJob next = start(config());
        awaitEmbeddings(20);
        next.stop();

        assertThat(new EmbeddingLedger(RealBroker.connection())
                        .embeddings(topics.embeddings(), PARTITIONS)
                        .repeated())
                .isZero();
        assertThat(rejects()).containsOnly(RejectReason.NOT_AN_IMAGE, RejectReason.FOREIGN_RECORD);
    }

    private List<RejectReason> rejects() throws Exception {
        List<RejectReason> reasons = new ArrayList<>();
        for (List<ConsumerRecord<byte[], byte[]>> partition :
                RealBroker.read(topics.rejects()).values()) {
            for (ConsumerRecord<byte[], byte[]> each : partition) {
                reasons.add(WireFormat.REJECTED_IMAGE.decode(each.value()).getReason());
            }
        }
        return reasons;
    }

    @Test
    void anEncoderBelowTheGateWaitsAndAPinnedOneOrAnotherRunsIsTakenThoughItIsOlder() throws Exception {
        Gate gate = new Gate(TinyEncoders.RUN, Map.of("knn", 0.5));
        encoders.publish(1, Map.of("knn", 0.4));
        send(4);
        assertThat(EmbedJob.start(config(gate, Optional.empty()))).isEmpty();
        encoders.publish(2, Map.of("knn", 0.5));
        encoders.publish(3, Map.of("knn", 0.3));
        RunningJob job = start(config(gate, Optional.empty()));
        awaitEmbeddings(4);
        job.stop();
        assertThat(steps()).containsExactly(2L);

        RunningJob pinned = start(config(gate, Optional.of(new PinnedEncoder(TinyEncoders.RUN, 1))));
        encoders.publish(4, Map.of("knn", 0.9));
        await().atMost(PATIENCE).until(() -> {
            send(2);
            awaitEmbeddings(sent);
            return steps().contains(1L);
        });
        pinned.stop();
        assertThat(steps()).containsExactlyInAnyOrder(1L, 2L);

        encoders.publish("other", 0, Map.of());
        RunningJob ofOther = start(config(new Gate("other", Map.of()), Optional.empty()));
        await().atMost(PATIENCE).until(() -> {
            send(2);
            awaitEmbeddings(sent);
            return steps().contains(0L);
        });
        ofOther.stop();

        assertThat(new EmbeddingLedger(RealBroker.connection()).switches(topics.switches()))
                .containsOnlyKeys(2L, 1L, 0L);
    }

    @Test
    void anotherVersionStandsBesideWithOtherNumbersFromALaterMomentOnAndInTransactions() throws Exception {
        encoders.publish(1, Map.of());
        Instant newest = RealBroker.sendPictures(topics.images(), 0, 3, PARTITIONS);
        RunningJob job = start(config());
        awaitEmbeddings(3);
        job.stop();
        List<ImageEmbedding> full = embeddings();
        topics = new EmbedConfig.TopicNames(
                topics.images(), topics.rejects(), topics.encoders(), topics.embeddings() + ".v2");
        createEmbeddings();
        RealBroker.create(Topic.EMBEDDINGS_ENCODERS, topics.switches(), 1);
        encoders.publish(2, Map.of());
        RealBroker.sendPictures(topics.images(), 3, 2, PARTITIONS);

        EmbedSettings halves = settings(Computing.onProcessor(1, 8), VectorFormat.FLOAT16);
        RunningJob other = start(config(Gate.OPEN, Optional.empty(), halves, newest.plusMillis(1), true));
        awaitEmbeddings(2);
        other.stop();

        assertThat(full).hasSize(3).allMatch(each -> each.getStep() == 1);
        assertThat(embeddings())
                .hasSize(2)
                .allMatch(each -> each.getStep() == 2)
                .allMatch(each ->
                        each.getVector().remaining() == full.get(0).getVector().remaining() / 2);
    }

    @Test
    void aCardThatIsNotThereEndsTheJobWithWhatToDoAndWithoutARestart() throws Exception {
        encoders.publish(1, Map.of());
        send(1);
        EmbedSettings card = settings(new Computing(1, 8, "gpu:99"), VectorFormat.FLOAT32);

        RunningJob job = start(config(Gate.OPEN, Optional.empty(), card, Instant.MIN, false));

        await().atMost(PATIENCE).until(() -> job.failure().isPresent());
        assertThat(job.failure().orElseThrow())
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("The device gpu:99 cannot be used")
                .hasMessageContaining("--device cpu")
                .as("Flink's words")
                .hasStackTraceContaining("The failure is not recoverable");
    }

    @Test
    void aTopicThatIsDatedByItsSendersIsRefused() {
        RealBroker.create(Topic.VIEWS, name + ".dated", PARTITIONS);
        topics = new EmbedConfig.TopicNames(name + ".dated", topics.rejects(), topics.encoders(), topics.embeddings());

        assertThatThrownBy(() -> EmbedJob.start(config()))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("are dated by their senders (message.timestamp.type=CreateTime)");
    }

    private void send(int images) throws Exception {
        RealBroker.sendPictures(topics.images(), sent, images, PARTITIONS);
        sent += images;
    }

    private RunningJob start(EmbedConfig config) {
        newest = EmbedJob.start(config).orElseThrow();
        return newest;
    }

    private EmbedConfig config() {
        return config(Gate.OPEN, Optional.empty());
    }

    private EmbedConfig config(Gate gate, Optional<PinnedEncoder> pin) {
        return config(gate, pin, settings(Computing.onProcessor(1, 8), VectorFormat.FLOAT32), Instant.MIN, false);
    }

    private EmbedSettings settings(Computing computing, VectorFormat vectors) {
        return new EmbedSettings(
                RealBroker.connection().properties(),
                topics.switches(),
                folder.resolve("shelf").toString(),
                computing,
                vectors,
                DecodeLimits.DEFAULT,
                ImagesFormat.AVRO,
                100);
    }

    private EmbedConfig config(
            Gate gate, Optional<PinnedEncoder> pin, EmbedSettings settings, Instant from, boolean exactlyOnce) {
        return new EmbedConfig(
                RealBroker.connection(),
                topics,
                from,
                gate,
                pin,
                DELAY,
                settings,
                2,
                new Checkpoints("", Duration.ofMillis(200)),
                exactlyOnce,
                0);
    }

    private void awaitEmbeddings(int count) {
        await().atMost(PATIENCE).until(() -> {
            newest.failure().ifPresent(failed -> {
                throw failed;
            });
            return embeddings().size() >= count;
        });
    }

    private List<ImageEmbedding> embeddings() throws Exception {
        return new EmbeddingLedger(RealBroker.connection())
                .embeddings(topics.embeddings(), PARTITIONS)
                .all();
    }

    private static Set<String> digests(List<ImageEmbedding> embeddings) {
        Set<String> digests = new HashSet<>();
        embeddings.forEach(each -> digests.add(each.getDigest()));
        return digests;
    }

    private Set<Long> steps() throws Exception {
        Set<Long> steps = new HashSet<>();
        embeddings().forEach(each -> steps.add(each.getStep()));
        return steps;
    }
}
