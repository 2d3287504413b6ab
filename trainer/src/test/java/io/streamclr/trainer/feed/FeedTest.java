package io.streamclr.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The feed on a real broker; every test has topics of its own. */
@Timeout(60)
class FeedTest {

    private static final int PARTITIONS = 2;
    private static final int PAIRS = 4;
    private static final int BLOCK = 3;

    @TempDir
    static Path home;

    private static TestBroker broker;
    private static Topics topics;
    private static KafkaProducer<byte[], byte[]> producer;
    private static int tests;

    private FeedConfig config;

    /** What a test remembers of a batch. */
    private record Fed(BatchManifest manifest, List<Integer> images, String pixels) {}

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start(home);
        topics = Topics.at(broker.connection());
        producer = new KafkaProducer<>(
                broker.connection().with(Map.of("linger.ms", 0)), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        topics.close();
        broker.close();
    }

    @BeforeEach
    void makeTopics() {
        tests++;
        config = new FeedConfig(
                broker.connection(), "views-" + tests, "batches-" + tests, "run", PAIRS, BLOCK, 42, "monitor-" + tests);
        topics.create(Topic.VIEWS, config.viewsTopic(), PARTITIONS);
        topics.create(Topic.BATCHES, config.batchesTopic(), 1);
    }

    private Future<RecordMetadata> send(int partition, byte[] value) {
        return producer.send(new ProducerRecord<>(config.viewsTopic(), partition, new byte[0], value));
    }

    /** The pairs of these origins, in these partitions. */
    private void sendViews(int from, int to, int... partitions) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int origin = from; origin < to; origin++) {
            for (int partition : partitions) {
                sent.add(send(partition, WireFormat.VIEW_PAIR.encode(ViewsOfTests.pair(partition, 0, origin))));
            }
        }
        for (Future<RecordMetadata> each : sent) {
            each.get(30, TimeUnit.SECONDS);
        }
    }

    /** The pairs of these origins, in every partition. */
    private void sendViews(int from, int to) throws Exception {
        sendViews(from, to, 0, 1);
    }

    private static Fed take(Feed feed) throws InterruptedException {
        try (Batch batch = feed.next()) {
            List<Integer> images = new ArrayList<>();
            for (int image : batch.images()) {
                images.add(image);
            }
            String pixels = new String(ViewsOfTests.bytes(batch.views()), StandardCharsets.ISO_8859_1);
            return new Fed(batch.manifest(), images, pixels);
        }
    }

    private static List<Fed> take(Feed feed, int batches) throws InterruptedException {
        List<Fed> fed = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            fed.add(take(feed));
        }
        return fed;
    }

    /** What the topic of batches holds of the run. */
    private List<BatchManifest> named() {
        return ManifestLog.entries(config, 0, topics).stream()
                .map(RunHistory.Entry::manifest)
                .toList();
    }

    private FeedPosition throughBytes(FeedPosition position) {
        return FeedPosition.decode(position.encoded());
    }

    @Test
    void everyViewIsFedOnceAndEveryBatchIsNamedBeforeItIsHandedOut() throws Exception {
        sendViews(0, 12);
        sendViews(9, 18);

        try (Feed feed = Feed.open(config, Optional.empty())) {
            List<Fed> fed = new ArrayList<>();
            for (int step = 1; step <= 9; step++) {
                fed.add(take(feed));
                if (step % BLOCK == 1) {
                    assertThat(named()).contains(fed.get(step - 1).manifest());
                }
            }

            assertThat(fed)
                    .extracting(each -> each.manifest().getStep())
                    .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
            assertThat(fed).extracting(Fed::pixels).doesNotHaveDuplicates();
            assertThat(fed)
                    .extracting(each -> each.manifest().getRanges().get(0).getRecords())
                    .containsOnly(6);
            assertThat(feed.repetitions()).isEqualTo(6);
            assertThat(feed.position().nextStep()).isEqualTo(10);
            assertThat(feed.position().readings())
                    .containsExactly(new FeedPosition.Reading(21, 0, 17), new FeedPosition.Reading(21, 0, 17));
        }
    }

    @Test
    void afterAKillTheSameBatchesComeAgainFromTheCheckpointAndThenNewOnes() throws Exception {
        sendViews(0, 30);
        List<Fed> first;
        FeedPosition checkpoint;
        try (Feed killed = Feed.open(config, Optional.empty())) {
            first = new ArrayList<>(take(killed, 4));
            checkpoint = throughBytes(killed.position());
            first.addAll(take(killed, 5));
        }

        try (Feed resumed = Feed.open(config, Optional.of(checkpoint))) {
            List<Fed> again = take(resumed, 11);

            assertThat(again.subList(0, 5)).isEqualTo(first.subList(4, 9));
            assertThat(again)
                    .extracting(each -> each.manifest().getStep())
                    .startsWith(5L)
                    .endsWith(15L);
            assertThat(again.get(10).manifest().getRanges().get(0).getLastOffset())
                    .isEqualTo(29);
        }
        assertThat(named())
                .extracting(BatchManifest::getStep)
                .doesNotHaveDuplicates()
                .hasSize(15);
    }

    @Test
    void aRunWithoutACheckpointComesAgainFromItsFirstStep() throws Exception {
        sendViews(0, 18);
        List<Fed> first;
        try (Feed killed = Feed.open(config, Optional.empty())) {
            first = take(killed, 5);
        }

        try (Feed again = Feed.open(config, Optional.empty())) {
            assertThat(take(again, 9).subList(0, 5)).isEqualTo(first);
        }
    }

    @Test
    void wherePartitionsWereUnevenTheirBlocksComeAgainAsTheyWere() throws Exception {
        sendViews(0, 30, 1);
        List<Fed> first;
        try (Feed killed = Feed.open(config, Optional.empty())) {
            first = take(killed, 4);
        }
        sendViews(0, 30);

        try (Feed again = Feed.open(config, Optional.empty())) {
            List<Fed> fed = take(again, 7);

            assertThat(fed.subList(0, 4)).isEqualTo(first);
            assertThat(fed.get(0).manifest().getRanges()).hasSize(1);
            assertThat(fed.get(6).manifest().getRanges()).hasSize(2);
        }
    }

    @Test
    void goodBatchesBeforeAForeignRecordAreFedAndThenTheFeedSaysWhereItIs() throws Exception {
        sendViews(0, 8);
        send(1, "not a view".getBytes(StandardCharsets.UTF_8)).get(30, TimeUnit.SECONDS);
        sendViews(8, 20);

        try (Feed feed = Feed.open(config, Optional.empty())) {
            take(feed, 3);
            FeedPosition good = feed.position();

            for (int again = 0; again < 2; again++) {
                assertThatThrownBy(feed::next)
                        .isInstanceOf(RefusalException.class)
                        .hasMessageStartingWith(
                                "Topic " + config.viewsTopic() + " has a foreign record at partition 1, offset 8: ");
            }
            assertThat(feed.position()).isEqualTo(good);
            assertThat(good.nextStep()).isEqualTo(4);
        }
    }

    @Test
    void viewsThatExpiredBeforeTheyWereTrainedAreRefusedAtTheDoor() throws Exception {
        sendViews(0, 12);
        FeedPosition checkpoint;
        try (Feed feed = Feed.open(config, Optional.empty())) {
            take(feed, 3);
            checkpoint = feed.position();
        }
        expire(1, 9);

        assertThatThrownBy(() -> Feed.open(config, Optional.of(checkpoint)))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Run run needs offset 6 of partition 1 of topic " + config.viewsTopic()
                        + " next, and the topic no longer has it; keep views longer (retention.ms of the topic), and"
                        + " begin another run, since this one cannot go on without a gap");
    }

    @Test
    void viewsThatExpireWhileTheTrainerIsSlowAreRefusedAsWell() throws Exception {
        sendViews(0, 6);
        List<FeedPosition.Reading> readings = List.of(FeedPosition.Reading.from(0), FeedPosition.Reading.from(0));
        BlockingQueue<BlockMemory> free = new ArrayBlockingQueue<>(1);
        free.add(new BlockMemory(config.blockPairs()));
        RunHistory nothing = RunHistory.behind(Feed.beginning(config, Map.of()), List.of(), config, PARTITIONS);

        try (Fetcher fetcher = new Fetcher(config, readings, ViewShape.UNKNOWN, nothing)) {
            assertThatThrownBy(() -> fetcher.run(0, free, block -> {
                        sendAndExpire(20);
                        free.add(block.memory());
                    }))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageContaining(" of partition 0 of topic " + config.viewsTopic()
                            + " next, and the topic no longer has it");
        }
    }

    /** A fetch that is under way may still see the first of these views, and no other before they are gone. */
    private void sendAndExpire(int to) {
        try {
            sendViews(6, 7);
            sendViews(7, to);
            expire(0, to);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void expire(int partition, long before) throws Exception {
        try (Admin admin = Admin.create(broker.connection().with(Map.of()))) {
            admin.deleteRecords(Map.of(
                            new TopicPartition(config.viewsTopic(), partition), RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aTopicThatWasWrittenAnewIsNotedByItsContent() throws Exception {
        sendViews(0, 6);
        try (Feed feed = Feed.open(config, Optional.empty())) {
            take(feed, 3);
        }
        FeedConfig other = new FeedConfig(
                broker.connection(), "views-anew-" + tests, config.batchesTopic(), "run", PAIRS, BLOCK, 42, "monitor");
        topics.create(Topic.VIEWS, other.viewsTopic(), PARTITIONS);
        config = other;
        sendViews(100, 106);

        try (Feed feed = Feed.open(other, Optional.empty())) {
            assertThatThrownBy(feed::next)
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("Step 1 of run run cannot be made again: the records that topic " + other.viewsTopic()
                            + " holds at its offsets are not those that were trained; the topic was written anew, so"
                            + " begin another run on it");
        }
    }

    @Test
    void aRunThatGoesOnWithOtherSettingsIsRefused() throws Exception {
        sendViews(0, 6);
        FeedPosition checkpoint;
        try (Feed feed = Feed.open(config, Optional.empty())) {
            take(feed, 1);
            checkpoint = feed.position();
        }
        FeedConfig larger = new FeedConfig(
                broker.connection(), config.viewsTopic(), config.batchesTopic(), "run", 6, 2, 42, "monitor");

        String sentence = " than with batches of 6 pairs, blocks of 2 batches and seed 42; give the same settings, or"
                + " begin another run";
        assertThatThrownBy(() -> Feed.open(larger, Optional.of(checkpoint)))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("up to step 1" + sentence);
        assertThatThrownBy(() -> Feed.open(larger, Optional.empty()))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("up to step 1" + sentence);
    }

    @Test
    void lagMonitorsSeeEachBatchAsItsPartOfTheBlock() throws Exception {
        sendViews(0, 12);
        try (Feed feed = Feed.open(config, Optional.empty());
                Admin admin = Admin.create(broker.connection().with(Map.of()))) {
            for (long step = 1; step <= 3; step++) {
                try (Batch batch = feed.next()) {
                    feed.trainedThrough(batch);
                }

                Set<Long> shown = Set.of();
                while (!shown.equals(Set.of(2 * step))) {
                    shown = admin
                            .listConsumerGroupOffsets(config.monitoringGroup())
                            .partitionsToOffsetAndMetadata()
                            .get(30, TimeUnit.SECONDS)
                            .values()
                            .stream()
                            .map(OffsetAndMetadata::offset)
                            .collect(Collectors.toSet());
                }
            }
        }
    }

    @Test
    void aMissingTopicIsNamedWithTheCommandThatMakesIt() {
        FeedConfig missing = new FeedConfig(
                broker.connection(), "views-none", config.batchesTopic(), "run", PAIRS, BLOCK, 42, "monitor");

        assertThatThrownBy(() -> Feed.open(missing, Optional.empty()))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("Topic views-none does not exist")
                .hasMessageContaining("streamclr topics create");
    }

    @Test
    void aClosedFeedHandsOutNothing() throws Exception {
        sendViews(0, 6);
        Feed feed = Feed.open(config, Optional.empty());
        take(feed, 1);

        feed.close();

        assertThatThrownBy(feed::next)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The feed of run run is closed");
    }
}
