package io.streamclr.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.feed.FeedTopics.Fed;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.ViewRenderer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches that a run was fed, made again by replay or by a feed that resumes; every test has topics of its own. */
@Timeout(60)
class BatchReplayTest {

    private static TestBroker broker;
    private static int tests;

    private FeedTopics topics;

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
        topics = new FeedTopics(broker, "replay-" + tests, 4, 3);
    }

    @AfterEach
    void leaveTopics() {
        topics.close();
    }

    private FeedPosition throughBytes(FeedPosition position) {
        return FeedPosition.decode(position.encoded());
    }

    private List<Fed> trained(int steps) throws Exception {
        try (Feed feed = FeedTopics.feed(topics.config(), Optional.empty(), ViewRenderer.NONE)) {
            return Fed.next(feed, steps);
        }
    }

    private LoggedRun logged(long after, long to) {
        return LoggedRun.read(broker.connection(), topics.config().batchesTopic(), "run", after, to);
    }

    private BatchReplay replay(long after, long to, ViewRenderer lost) {
        return BatchReplay.open(broker.connection(), topics.config().viewsTopic(), logged(after, to), lost);
    }

    /** All batches of a replay, which must be the same. */
    private static List<Fed> all(BatchReplay replay) {
        List<Fed> fed = new ArrayList<>();
        Optional<BatchReplay.RememberedViews> next = replay.next();
        while (next.isPresent()) {
            try (Batch batch = next.get().batch()) {
                assertThat(next.get().same()).as("step " + batch.step()).isTrue();
                fed.add(Fed.of(batch));
            }
            next = replay.next();
        }
        return fed;
    }

    @Test
    void everyBatchIsMadeAgainAlthoughTheJobRepeatedViews() throws Exception {
        topics.sendViews(0, 12);
        topics.sendViews(9, 18);
        List<Fed> trained = trained(9);

        try (BatchReplay replay = replay(0, 9, ViewRenderer.NONE)) {
            assertThat(all(replay)).isEqualTo(trained);
            assertThat(replay.records()).isEqualTo(36);
            assertThat(replay.drawnAgain()).isZero();
        }
    }

    @Test
    void batchesWhoseViewsExpiredAreMadeAgainFromTheirOrigins() throws Exception {
        topics.sendViews(0, 12);
        topics.sendViews(9, 18);
        List<Fed> trained = trained(9);
        topics.expire(0, 21);
        topics.expire(1, 5);

        try (BatchReplay replay = replay(0, 9, FeedTopics.DRAWN_AGAIN)) {
            assertThat(all(replay)).isEqualTo(trained);
            assertThat(replay.drawnAgain())
                    .as("all of partition 0, the first block's of 1")
                    .isEqualTo(18 + 6);
        }
    }

    @Test
    void blocksThatAStarvingPartitionMadeUnevenAreMadeAgainAsTheyWere() throws Exception {
        topics.sendViews(0, 30, 1);
        List<Fed> trained;
        try (Feed feed = FeedTopics.feed(topics.config(), Optional.empty(), ViewRenderer.NONE)) {
            trained = Fed.next(feed, 3);
            topics.sendViews(0, 30);
            trained.addAll(Fed.next(feed, 6));
        }
        assertThat(trained.get(0).manifest().getRanges()).hasSize(1);
        assertThat(trained.get(8).manifest().getRanges()).hasSize(2);

        try (BatchReplay replay = replay(0, 9, ViewRenderer.NONE)) {
            assertThat(all(replay)).isEqualTo(trained);
        }
    }

    @Test
    void onlyTheStepsThatAreAskedForAreMadeAgain() throws Exception {
        topics.sendViews(0, 18);
        List<Fed> trained = trained(9);

        try (BatchReplay replay = replay(4, 8, ViewRenderer.NONE)) {
            assertThat(all(replay)).isEqualTo(trained.subList(4, 8));
            assertThat(replay.records()).isEqualTo(16);
        }
    }

    @Test
    void aTopicInWhichTheViewsStandElsewhereChangesNothing() throws Exception {
        topics.sendViews(0, 6);
        List<Fed> trained = trained(3);
        FeedConfig first = topics.config();
        topics.close();
        topics = new FeedTopics(broker, "moved-" + tests, 4, 3);
        topics.sendViews(5, 7);
        topics.sendViews(0, 6);
        LoggedRun run = LoggedRun.read(broker.connection(), first.batchesTopic(), "run", 0, 3);

        try (BatchReplay replay =
                BatchReplay.open(broker.connection(), topics.config().viewsTopic(), run, FeedTopics.DRAWN_AGAIN)) {
            assertThat(all(replay)).isEqualTo(trained);
            assertThat(replay.drawnAgain()).isEqualTo(12);
        }
    }

    @Test
    void viewsThatAreRenderedOtherwiseAreNoticedInEveryBatch() throws Exception {
        topics.sendViews(0, 6);
        trained(3);
        topics.expire(0, 6);
        ViewRenderer wrong = (lost, into) -> FeedTopics.DRAWN_AGAIN.draw(lost, encoded -> {
            encoded[encoded.length - 40] ^= 1;
            into.accept(encoded);
        });

        try (BatchReplay replay = replay(0, 3, wrong)) {
            for (int step = 1; step <= 3; step++) {
                BatchReplay.RememberedViews again = replay.next().orElseThrow();
                assertThat(again.same()).isFalse();
                again.batch().close();
            }
        }
    }

    @Test
    void aRunOrStepsThatNobodyLoggedAreRefusedWithWhatThereIs() throws Exception {
        String topic = topics.config().batchesTopic();
        assertThatThrownBy(() -> logged(0, 9))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Topic " + topic + " names nothing of run run; it names no other run either");
        topics.sendViews(0, 6);
        trained(3);

        assertThatThrownBy(() -> LoggedRun.read(broker.connection(), topic, "other", 0, 9))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Topic " + topic + " names nothing of run other; it names run, so give one of them");
        assertThatThrownBy(() -> logged(3, 9))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Topic " + topic + " has no step of run run after step 3; ask for earlier ones");

        topics.name("\u001b[31mred\u0007", new byte[] {1});
        assertThatThrownBy(() -> LoggedRun.read(broker.connection(), topic, "other", 0, 9))
                .hasMessage(
                        "Topic " + topic + " names nothing of run other; it names ?[31mred?, run, so give one of them");
    }

    @Test
    void aTopicOfFewerPartitionsIsNotTheOneThatTheRunRead() throws Exception {
        topics.sendViews(0, 6);
        trained(3);
        String narrow = "narrow-" + tests;
        topics.topics().create(Topic.VIEWS, narrow, 1);

        assertThatThrownBy(() -> BatchReplay.open(broker.connection(), narrow, logged(0, 3), ViewRenderer.NONE))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Topic " + narrow + " has 1 partitions, and run run read from partition 1; name the topic"
                        + " that it read with --views-topic");
    }

    @Test
    void afterAKillTheSameBatchesComeAgainFromTheCheckpointAndThenNewOnes() throws Exception {
        topics.sendViews(0, 30);
        List<Fed> first;
        FeedPosition checkpoint;
        try (Feed killed = FeedTopics.feed(topics.config(), Optional.empty(), ViewRenderer.NONE)) {
            first = new ArrayList<>(Fed.next(killed, 4));
            checkpoint = throughBytes(killed.position());
            first.addAll(Fed.next(killed, 5));
        }

        try (Feed resumed = FeedTopics.feed(topics.config(), Optional.of(checkpoint), ViewRenderer.NONE)) {
            List<Fed> again = Fed.next(resumed, 11);

            assertThat(again.subList(0, 5)).isEqualTo(first.subList(4, 9));
            assertThat(again)
                    .extracting(each -> each.manifest().getStep())
                    .startsWith(5L)
                    .endsWith(15L);
            assertThat(again.get(10).manifest().getRanges().get(0).getLastOffset())
                    .isEqualTo(29);
        }
        assertThat(topics.logged("run"))
                .extracting(BatchManifest::getStep)
                .doesNotHaveDuplicates()
                .hasSize(15);
    }

    @Test
    void aRunWithoutACheckpointComesAgainFromItsFirstStep() throws Exception {
        topics.sendViews(0, 18);
        List<Fed> first;
        try (Feed killed = FeedTopics.feed(topics.config(), Optional.empty(), ViewRenderer.NONE)) {
            first = Fed.next(killed, 5);
        }

        try (Feed again = FeedTopics.feed(topics.config(), Optional.empty(), ViewRenderer.NONE)) {
            assertThat(Fed.next(again, 9).subList(0, 5)).isEqualTo(first);
        }
    }

    @Test
    void wherePartitionsWereUnevenTheirBlocksComeAgainAsTheyWere() throws Exception {
        topics.sendViews(0, 30, 1);
        List<Fed> first;
        try (Feed killed = FeedTopics.feed(topics.config(), Optional.empty(), ViewRenderer.NONE)) {
            first = Fed.next(killed, 4);
        }
        topics.sendViews(0, 30);

        try (Feed again = FeedTopics.feed(topics.config(), Optional.empty(), ViewRenderer.NONE)) {
            List<Fed> fed = Fed.next(again, 7);

            assertThat(fed.subList(0, 4)).isEqualTo(first);
            assertThat(fed.get(0).manifest().getRanges()).hasSize(1);
            assertThat(fed.get(6).manifest().getRanges()).hasSize(2);
        }
    }

    @Test
    void loggedBatchesWhoseViewsExpiredComeAgainAndThenNewOnes() throws Exception {
        topics.sendViews(0, 18);
        List<Fed> first;
        FeedPosition checkpoint;
        try (Feed killed = FeedTopics.feed(topics.config(), Optional.empty(), ViewRenderer.NONE)) {
            first = new ArrayList<>(Fed.next(killed, 4));
            checkpoint = throughBytes(killed.position());
            first.addAll(Fed.next(killed, 2));
        }
        topics.expire(0, 12);
        topics.expire(1, 10);

        try (Feed resumed = FeedTopics.feed(topics.config(), Optional.of(checkpoint), FeedTopics.DRAWN_AGAIN)) {
            List<Fed> again = Fed.next(resumed, 5);

            assertThat(again.subList(0, 2)).isEqualTo(first.subList(4, 6));
            assertThat(again.get(4).manifest().getStep()).isEqualTo(9);
            assertThat(resumed.position().readings())
                    .containsExactly(new FeedPosition.Reading(18, 0, 17), new FeedPosition.Reading(18, 0, 17));
        }
    }

    @Test
    void aRunThatRepeatsAnotherIsFedTheSameBatchesUnderItsOwnName() throws Exception {
        topics.sendViews(0, 12, 1);
        List<Fed> first;
        try (Feed feed = FeedTopics.feed(topics.config(), Optional.empty(), ViewRenderer.NONE)) {
            first = Fed.next(feed, 3);
            topics.sendViews(0, 12, 0);
            first.addAll(Fed.next(feed, 3));
        }
        topics.expire(1, 8);
        LoggedRun other = LoggedRun.read(broker.connection(), topics.config().batchesTopic(), "run", 0, 6);

        try (Feed repeated = Feed.repeating(
                FeedTopics.owner(topics.config("again")),
                other,
                topics.config("again"),
                Optional.empty(),
                FeedTopics.DRAWN_AGAIN,
                Optional.empty())) {
            List<Fed> fed = Fed.next(repeated, 6);

            assertThat(fed)
                    .extracting(Fed::pixels)
                    .isEqualTo(first.stream().map(Fed::pixels).toList());
            assertThat(fed).extracting(each -> each.manifest().getRunId()).containsOnly("again");
        }
        assertThat(topics.logged("again"))
                .extracting(BatchManifest::getDigest)
                .startsWith(other.batches().stream()
                        .map(batch -> batch.manifest().getDigest())
                        .toArray(ByteBuffer[]::new));
    }

    @Test
    void aTopicThatWasWrittenAnewIsNotedByItsContent() throws Exception {
        topics.sendViews(0, 6);
        try (Feed feed = FeedTopics.feed(topics.config(), Optional.empty(), ViewRenderer.NONE)) {
            Fed.next(feed, 3);
        }
        FeedConfig other = new FeedConfig(
                broker.connection(), "views-anew-" + tests, topics.config().batchesTopic(), "run", 4, 3, 42, "monitor");
        topics.topics().create(Topic.VIEWS, other.viewsTopic(), 2);

        try (Feed feed = FeedTopics.feed(other, Optional.empty(), ViewRenderer.NONE)) {
            assertThatThrownBy(feed::next)
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("Topic " + other.viewsTopic() + " no longer has the views from offset 0 to 5 of"
                            + " partition 0 as they were trained, and this process cannot draw them again; start it as"
                            + " 'streamclr train', which can");
        }
        try (Feed feed = FeedTopics.feed(other, Optional.empty(), FeedTopics.DRAWN_AGAIN)) {
            Fed.next(feed, 3);
            assertThatThrownBy(feed::next)
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("Run run cannot go on: topic " + other.viewsTopic() + " held other records where those"
                            + " had been that it was trained on; the topic was written anew, so begin another run on"
                            + " it");
        }
    }
}
