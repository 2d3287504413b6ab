package io.streamclr.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.RecordRange;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.feed.FeedTopics.Fed;
import io.streamclr.trainer.views.BlockMemory;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.ViewRenderer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The feed on a real broker; every test has topics of its own. */
@Timeout(60)
class FeedTest {

    private static final int PAIRS = 4;
    private static final int BLOCK = 3;

    private static TestBroker broker;
    private static int tests;

    private FeedTopics topics;
    private FeedConfig config;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.shared();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void makeTopics() {
        tests++;
        topics = new FeedTopics(broker, "feed-" + tests, PAIRS, BLOCK);
        config = topics.config();
    }

    @AfterEach
    void leaveTopics() {
        topics.close();
    }

    private List<BatchManifest> logged() {
        return topics.logged("run");
    }

    @Test
    void everyViewIsFedOnceAndEveryBatchIsLoggedBeforeItIsHandedOut() throws Exception {
        topics.sendViews(0, 12);
        topics.sendViews(9, 18);

        try (Feed feed = FeedTopics.feed(config, Optional.empty(), ViewRenderer.NONE)) {
            List<Fed> fed = new ArrayList<>();
            for (int step = 1; step <= 9; step++) {
                fed.add(Fed.next(feed));
                if (step % BLOCK == 1) {
                    assertThat(logged()).contains(fed.get(step - 1).manifest());
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

    /** Packed records lie in a buffer each, and others among those of their whole answer. */
    @ParameterizedTest
    @ValueSource(strings = {"producer", "lz4", "zstd"})
    void pixelsAndDigestsAreThoseOfTheRecordsHoweverTheirTopicPacksThem(String compression) throws Exception {
        set(config.viewsTopic(), "compression.type", compression);
        topics.sendViews(0, 6);
        Map<String, byte[]> records = new HashMap<>();
        for (int image = 0; image < 12; image++) {
            ViewPair pair = ViewsOfTests.pair(image % 2, 0, image / 2);
            records.put(text(pair.getFirst()) + text(pair.getSecond()), WireFormat.VIEW_PAIR.encode(pair));
        }

        try (Feed feed = FeedTopics.feed(config, Optional.empty(), ViewRenderer.NONE)) {
            for (Fed batch : Fed.next(feed, BLOCK)) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                int view = batch.pixels().length() / (2 * PAIRS);
                for (int row = 0; row < PAIRS; row++) {
                    int second = (PAIRS + row) * view;
                    digest.update(records.remove(batch.pixels().substring(row * view, (row + 1) * view)
                            + batch.pixels().substring(second, second + view)));
                }
                assertThat(batch.manifest().getDigest()).isEqualTo(ByteBuffer.wrap(digest.digest()));
            }
        }
        assertThat(records).isEmpty();
    }

    private static String text(View view) {
        return new String(ViewsOfTests.bytes(view.getPixels()), StandardCharsets.ISO_8859_1);
    }

    private static void set(String topic, String name, String value) throws Exception {
        try (Admin admin = Admin.create(broker.connection().with(Map.of()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void goodBatchesBeforeAForeignRecordAreFedAndThenTheFeedSaysWhereItIs() throws Exception {
        topics.sendViews(0, 8);
        topics.send(1, "not a view".getBytes(StandardCharsets.UTF_8)).get(30, TimeUnit.SECONDS);
        topics.sendViews(8, 20);

        try (Feed feed = FeedTopics.feed(config, Optional.empty(), ViewRenderer.NONE)) {
            Fed.next(feed, 3);
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
    void viewsThatExpiredBeforeTheyWereInABatchEndTheRunWithTheNumbers() throws Exception {
        topics.sendViews(0, 6);
        FeedPosition checkpoint;
        try (Feed feed = FeedTopics.feed(config, Optional.empty(), ViewRenderer.NONE)) {
            Fed.next(feed, 3);
            checkpoint = feed.position();
        }
        topics.sendViews(6, 12);
        topics.expire(1, 9);

        assertThatThrownBy(() -> FeedTopics.feed(config, Optional.of(checkpoint), ViewRenderer.NONE))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Run run was too slow for topic " + config.viewsTopic()
                        + ": it needs offset 6 of partition 1 next, and the topic begins at 9, so 3 records were deleted"
                        + " before they were in a batch; keep views longer (retention.ms and retention.bytes of the"
                        + " topic), and begin another run, since this one cannot go on without a gap");
    }

    @Test
    void aTopicOfViewsThatWasMadeAnewUnderARunEndsIt() throws Exception {
        topics.sendViews(0, 6);
        try (Feed feed = FeedTopics.feed(config, Optional.empty(), ViewRenderer.NONE)) {
            Fed.next(feed, 3);
            topics.makeViewsAnew();
            topics.sendViews(0, 2);

            assertThatThrownBy(feed::next)
                    .isInstanceOf(RefusalException.class)
                    .hasMessageContaining("the topic was made anew, so begin another run on it");
        }
    }

    @Test
    void whatWasLoggedAndNeverHandedOutComesFirstEvenIfItWouldBeCutOtherwiseNow() throws Exception {
        topics.sendViews(0, 12, 1);
        try (Feed killed = FeedTopics.feed(config, Optional.empty(), ViewRenderer.NONE)) {
            Awaitility.await().until(() -> logged().size() >= 3);
            assertThat(killed.position().nextStep()).isEqualTo(1);
        }
        List<BatchManifest> before = logged();
        topics.sendViews(0, 12, 0);

        try (Feed again = FeedTopics.feed(config, Optional.empty(), ViewRenderer.NONE)) {
            List<Fed> fed = Fed.next(again, 6);

            assertThat(fed).extracting(Fed::manifest).startsWith(before.toArray(BatchManifest[]::new));
            assertThat(fed.get(5).manifest().getRanges())
                    .extracting(RecordRange::getPartition)
                    .contains(0);
        }
        assertThat(logged()).startsWith(before.toArray(BatchManifest[]::new));
        assertThat(logged()).extracting(BatchManifest::getStep).doesNotHaveDuplicates();
    }

    @Test
    void aBatchThatCannotBeLoggedIsNotHandedOut() throws Exception {
        try (Feed feed = FeedTopics.feed(config, Optional.empty(), ViewRenderer.NONE)) {
            set(config.batchesTopic(), "max.message.bytes", "100");
            topics.sendViews(0, 6);

            assertThatThrownBy(feed::next)
                    .isInstanceOf(RefusalException.class)
                    .hasMessageStartingWith("Step 1 of run run cannot be logged in topic " + config.batchesTopic());
        }
        assertThat(logged()).isEmpty();
    }

    @Test
    void aSecondTrainerThatComesLaterLosesNothingThatIsKept() throws Exception {
        topics.sendViews(0, 18);
        FeedConfig slow = topics.config("slow");
        List<Fed> ofTheFast;
        try (Feed fast = FeedTopics.feed(config, Optional.empty(), ViewRenderer.NONE);
                Feed late = FeedTopics.feed(slow, Optional.empty(), ViewRenderer.NONE)) {
            Fed first = Fed.next(late);
            ofTheFast = Fed.next(fast, 9);

            assertThat(first.pixels()).isEqualTo(ofTheFast.get(0).pixels());
            assertThat(Fed.next(late, 8))
                    .extracting(Fed::pixels)
                    .isEqualTo(ofTheFast.stream().skip(1).map(Fed::pixels).toList());
        }
    }

    @Test
    void viewsThatExpireWhileTheTrainerIsSlowAreRefusedAsWell() throws Exception {
        topics.sendViews(0, 6);
        List<FeedPosition.Reading> readings = List.of(FeedPosition.Reading.from(0), FeedPosition.Reading.from(0));
        BlockingQueue<BlockMemory> free = new ArrayBlockingQueue<>(1);
        free.add(new BlockMemory(config.blockPairs()));
        FeedPosition start = Feed.beginning(config, Map.of());
        RunHistory nothing = RunHistory.after(start, List.of(), config, 2);

        AtomicInteger sent = new AtomicInteger(6);
        try (Fetcher fetcher = new Fetcher(config, topics.topics(), readings, start, nothing, ViewRenderer.NONE)) {
            assertThatThrownBy(() -> fetcher.run(0, free, block -> {
                        int from = sent.getAndAdd(14);
                        sendAndExpire(from, from + 14);
                        free.add(block.memory());
                    }))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageStartingWith(
                            "Run run was too slow for topic " + config.viewsTopic() + ": it needs offset ")
                    .hasMessageContaining(" of partition 0 next, and the topic begins at " + sent.get() + ", so ");
        }
    }

    /**
     * A broker may answer a fetch that waits for the first of these views with all of them, and then none was missed:
     * there are more than a block needs, so the next block comes and expires what follows.
     */
    private void sendAndExpire(int from, int to) {
        try {
            topics.sendViews(from, to);
            topics.expire(0, to);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aRunThatGoesOnWithOtherSettingsIsRefused() throws Exception {
        topics.sendViews(0, 6);
        FeedPosition checkpoint;
        try (Feed feed = FeedTopics.feed(config, Optional.empty(), ViewRenderer.NONE)) {
            Fed.next(feed, 1);
            checkpoint = feed.position();
        }
        FeedConfig larger = new FeedConfig(
                broker.connection(), config.viewsTopic(), config.batchesTopic(), "run", 6, 2, 42, "monitor");

        String sentence = " than with batches of 6 pairs, blocks of 2 batches and seed 42; give the same settings, or"
                + " begin another run";
        assertThatThrownBy(() -> FeedTopics.feed(larger, Optional.of(checkpoint), ViewRenderer.NONE))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("up to step 1" + sentence);
        assertThatThrownBy(() -> FeedTopics.feed(larger, Optional.empty(), ViewRenderer.NONE))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("up to step 1" + sentence);
    }

    @Test
    void lagMonitorsSeeEachBatchAsItsPartOfTheBlock() throws Exception {
        topics.sendViews(0, 12);
        try (Feed feed = FeedTopics.feed(config, Optional.empty(), ViewRenderer.NONE);
                Admin admin = Admin.create(broker.connection().with(Map.of()))) {
            for (long step = 1; step <= 3; step++) {
                try (Batch batch = feed.next()) {
                    assertThat(batch.step()).isEqualTo(step);
                    feed.showAllTrained();
                }

                awaitShown(admin, 2 * step);
            }
        }
    }

    /** A job that looks ahead would wait for ever for what nobody ever trains. */
    @Test
    void whatATransactionDroppedOrAJobRepeatedDoesNotLookLikeWorkThatWaits() throws Exception {
        topics.sendViews(0, 5);
        topics.sendViews(1, 5);
        try (KafkaProducer<byte[], byte[]> killed = new KafkaProducer<>(
                broker.connection().with(Map.of("transactional.id", "killed-" + config.viewsTopic())),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            killed.initTransactions();
            killed.beginTransaction();
            for (int partition : new int[] {0, 1}) {
                killed.send(new ProducerRecord<>(config.viewsTopic(), partition, null, new byte[10]))
                        .get(30, TimeUnit.SECONDS);
            }
            killed.abortTransaction();
        }

        try (Feed feed = FeedTopics.feed(config, Optional.empty(), ViewRenderer.NONE);
                Admin admin = Admin.create(broker.connection().with(Map.of()))) {
            // 5 and 4 records, 1 that was dropped and the mark of that; 5 of them wait for a block to fill.
            awaitShown(admin, 5 + 4 + 1 + 1 - 5);
            topics.sendViews(5, 6);
            try (Batch batch = feed.next()) {
                assertThat(batch.step()).isEqualTo(1);
                feed.showAllTrained();
            }
            awaitShown(admin, 5 + 4 + 1 + 1 + 1 - 4);
        }
    }

    /** Waits until lag monitors see this offset in both partitions. */
    private void awaitShown(Admin admin, long offset) throws Exception {
        Set<Long> shown = Set.of();
        while (!shown.equals(Set.of(offset))) {
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

    @Test
    void aMissingTopicIsNamedWithTheCommandThatMakesIt() {
        FeedConfig missing = new FeedConfig(
                broker.connection(), "views-none", config.batchesTopic(), "run", PAIRS, BLOCK, 42, "monitor");

        assertThatThrownBy(() -> FeedTopics.feed(missing, Optional.empty(), ViewRenderer.NONE))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("Topic views-none does not exist")
                .hasMessageContaining("streamclr topics create");
    }

    @Test
    void aClosedFeedHandsOutNothing() throws Exception {
        topics.sendViews(0, 6);
        Feed feed = FeedTopics.feed(config, Optional.empty(), ViewRenderer.NONE);
        Fed.next(feed, 1);

        feed.close();

        assertThatThrownBy(feed::next)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The feed of run run is closed");
    }
}
