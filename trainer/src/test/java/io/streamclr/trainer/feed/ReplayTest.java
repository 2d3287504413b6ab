package io.streamclr.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.trainer.feed.FeedTopics.Fed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batches that a run was fed, made again on a real broker; every test has topics of its own. */
@Timeout(60)
class ReplayTest {

    @TempDir
    static Path home;

    private static TestBroker broker;
    private static int tests;

    private FeedTopics topics;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start(home);
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

    private List<Fed> trained(int steps) throws Exception {
        try (Feed feed = Feed.open(topics.config(), Optional.empty(), LostViews.NONE)) {
            return Fed.next(feed, steps);
        }
    }

    private NamedRun named(long after, long to) {
        return NamedRun.read(broker.connection(), topics.config().batchesTopic(), "run", after, to);
    }

    private Replay replay(long after, long to, LostViews lost) {
        return Replay.open(broker.connection(), topics.config().viewsTopic(), named(after, to), lost);
    }

    /** All batches of a replay, which must be the same. */
    private static List<Fed> all(Replay replay) {
        List<Fed> fed = new ArrayList<>();
        Optional<Replay.Replayed> next = replay.next();
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

        try (Replay replay = replay(0, 9, LostViews.NONE)) {
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

        try (Replay replay = replay(0, 9, FeedTopics.DRAWN_AGAIN)) {
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
        try (Feed feed = Feed.open(topics.config(), Optional.empty(), LostViews.NONE)) {
            trained = Fed.next(feed, 3);
            topics.sendViews(0, 30);
            trained.addAll(Fed.next(feed, 6));
        }
        assertThat(trained.get(0).manifest().getRanges()).hasSize(1);
        assertThat(trained.get(8).manifest().getRanges()).hasSize(2);

        try (Replay replay = replay(0, 9, LostViews.NONE)) {
            assertThat(all(replay)).isEqualTo(trained);
        }
    }

    @Test
    void onlyTheStepsThatAreAskedForAreMadeAgain() throws Exception {
        topics.sendViews(0, 18);
        List<Fed> trained = trained(9);

        try (Replay replay = replay(4, 8, LostViews.NONE)) {
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
        NamedRun run = NamedRun.read(broker.connection(), first.batchesTopic(), "run", 0, 3);

        try (Replay replay =
                Replay.open(broker.connection(), topics.config().viewsTopic(), run, FeedTopics.DRAWN_AGAIN)) {
            assertThat(all(replay)).isEqualTo(trained);
            assertThat(replay.drawnAgain()).isEqualTo(12);
        }
    }

    @Test
    void viewsThatAreDrawnOtherwiseAreNoticedInEveryBatch() throws Exception {
        topics.sendViews(0, 6);
        trained(3);
        topics.expire(0, 6);
        LostViews wrong = (lost, into) -> FeedTopics.DRAWN_AGAIN.draw(lost, encoded -> {
            encoded[encoded.length - 40] ^= 1;
            into.accept(encoded);
        });

        try (Replay replay = replay(0, 3, wrong)) {
            for (int step = 1; step <= 3; step++) {
                Replay.Replayed again = replay.next().orElseThrow();
                assertThat(again.same()).isFalse();
                again.batch().close();
            }
        }
    }

    @Test
    void aRunOrStepsThatNobodyNamedAreRefusedWithWhatThereIs() throws Exception {
        String topic = topics.config().batchesTopic();
        assertThatThrownBy(() -> named(0, 9))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Topic " + topic + " names nothing of run run; it names no other run either");
        topics.sendViews(0, 6);
        trained(3);

        assertThatThrownBy(() -> NamedRun.read(broker.connection(), topic, "other", 0, 9))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Topic " + topic + " names nothing of run other; it names run, so give one of them");
        assertThatThrownBy(() -> named(3, 9))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Topic " + topic + " names no step of run run behind step 3; ask for earlier ones");
    }

    @Test
    void aTopicOfFewerPartitionsIsNotTheOneThatTheRunRead() throws Exception {
        topics.sendViews(0, 6);
        trained(3);
        String narrow = "narrow-" + tests;
        topics.topics().create(Topic.VIEWS, narrow, 1);

        assertThatThrownBy(() -> Replay.open(broker.connection(), narrow, named(0, 3), LostViews.NONE))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Topic " + narrow + " has 1 partitions, and run run read from partition 1; name the topic"
                        + " that it read with --views-topic");
    }
}
