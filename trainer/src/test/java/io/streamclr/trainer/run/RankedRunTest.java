package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.feed.BatchReplay;
import io.streamclr.trainer.ranks.Collective;
import io.streamclr.trainer.ranks.InProcessRanks;
import io.streamclr.trainer.ranks.Together;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.views.RankShare;
import io.streamclr.trainer.views.ViewRenderer;
import io.streamclr.trainer.watch.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of two ranks, each with a partition of the views. */
class RankedRunTest {

    private static final int PAIRS = 2_000;
    private static final int BATCH = 8;

    private static SmallRuns runs;

    @TempDir
    private Path checkpoints;

    @BeforeAll
    static void startABrokerWithViews() throws Exception {
        runs = SmallRuns.start(PAIRS);
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    /** Trains by two ranks and returns what the first found; the listener is its. */
    private Outcome train(String run, String more, TrainingListener listener) throws Exception {
        return train(InProcessRanks.of(2), run, more, listener, new AtomicReference<>());
    }

    private Outcome train(
            List<Collective> ranks,
            String run,
            String more,
            TrainingListener listener,
            AtomicReference<Training> second)
            throws Exception {
        TrainConfig whole = runs.config(checkpoints, run, more);
        return Together.on(ranks, rank -> {
                    try {
                        TrainConfig config = rank.rank() == 0
                                ? whole.as(new RankShare(0, 2), 0)
                                : RankStart.takeSettings(rank, rank.rank(), runs.kafka(), Path.of("nowhere"));
                        Training training =
                                new Training(config, new SimpleMeterRegistry(), SmallRuns.REPLAYING).amongst(rank);
                        if (rank.rank() == 1) {
                            second.set(training);
                        }
                        return training.run(rank.rank() == 0 ? listener : TrainingListener.all(List.of()));
                    } catch (RefusalException refused) {
                        rank.fail(refused.getMessage(), refused.exitCode());
                        throw refused;
                    } finally {
                        rank.close();
                    }
                })
                .get(0);
    }

    private static LoggedRun logged(String run, long to) {
        return LoggedRun.read(runs.kafka(), "batches", run, 0, to);
    }

    @Test
    void eachRankLogsBatchesOfItsOwnPartitionAndTheFirstSavesForAll() throws Exception {
        Outcome outcome = train("two", "--steps 10", report -> {});

        assertThat(outcome.step()).isEqualTo(10);
        assertThat(outcome.pairs()).isEqualTo(10 * BATCH);
        for (int rank = 0; rank < 2; rank++) {
            int own = rank;
            LoggedRun log = logged(new RankShare(rank, 2).nameOf("two"), 10);
            assertThat(log.ranks()).isEqualTo(2);
            assertThat(log.batchPairs()).isEqualTo(BATCH / 2);
            assertThat(log.batches()).hasSize(10).allSatisfy(batch -> assertThat(
                            batch.manifest().getRanges())
                    .extracting(range -> range.getPartition())
                    .containsOnly(own));
        }
        assertThat(new TreeSet<>(List.of(checkpoints.toFile().list()))).containsExactly("two");
        assertThat(outcome.checkpoint().orElseThrow().resolve("feed.ranks")).exists();
    }

    @Test
    void aRunThatGoesOnFromACheckpointEqualsOneThatNeverStopped() throws Exception {
        Outcome unbroken = train("unbroken", "--steps 12", report -> {});
        train("broken", "--steps 7", report -> {});

        Outcome resumed = train("broken", "--steps 12", report -> {});

        assertThat(resumed.step()).isEqualTo(12);
        assertThat(SmallRuns.tensors(resumed)).isEqualTo(SmallRuns.tensors(unbroken));
        for (String rank : List.of("", "/1")) {
            assertThat(digests("broken" + rank)).isEqualTo(digests("unbroken" + rank));
        }
    }

    private static List<Object> digests(String run) {
        return new ArrayList<>(logged(run, 12).batches().stream()
                .<Object>map(batch -> batch.manifest().getDigest())
                .toList());
    }

    @Test
    void aRankThatFailsEndsAllAndTheBatchesThatWereLoggedComeAgain() throws Exception {
        Outcome unbroken = train("whole", "--steps 12", report -> {});
        assertThatThrownBy(() -> train("failing", "--steps 12", report -> {
                    if (report.step() == 8) {
                        throw new RefusalException("The disk of rank 0 is full; make room");
                    }
                }))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("The disk of rank 0 is full");

        Outcome again = train("failing", "--steps 12", report -> {});

        assertThat(SmallRuns.tensors(again)).isEqualTo(SmallRuns.tensors(unbroken));
        assertThat(digests("failing/1")).isEqualTo(digests("whole/1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "tcp"})
    void whenOneIsAskedToStopAllStopAfterTheSameStepAndTheFirstSaves(String how) throws Exception {
        AtomicReference<Training> second = new AtomicReference<>();
        List<Collective> ranks = how.equals("tcp") ? Together.byTcp(2) : InProcessRanks.of(2);

        Outcome stopped = train(
                ranks,
                "stopped-" + how,
                "--save-every 1000",
                report -> {
                    if (report.step() == 6) {
                        second.get().stop();
                    }
                },
                second);

        // The second is asked before the first agrees to the next step.
        assertThat(stopped.step()).isEqualTo(6);
        assertThat(stopped.checkpoint().orElseThrow().getFileName()).hasToString("step-0000000" + stopped.step());
    }

    @Test
    void theFirstSavesWhatWasTrainedWhenAnotherIsGoneBetweenTwoSteps() {
        List<Collective> ranks = InProcessRanks.of(2);

        assertThatThrownBy(() -> train(
                        ranks,
                        "left",
                        "--save-every 1000",
                        report -> {
                            if (report.step() == 6) {
                                ranks.get(1).fail("its machine is taken away", 1);
                            }
                        },
                        new AtomicReference<>()))
                .hasMessageStartingWith("Rank 1 ended: its machine is taken away; when that is settled");

        assertThat(SavedSteps.in(checkpoints.resolve("left"))).containsExactly(6L);
    }

    @Test
    void oneProcessTrainsAgainWhatTheRanksTrainedToTheBit() throws Exception {
        train("seen", "--steps 10", report -> {});
        List<BatchReplay> replays = new ArrayList<>();
        for (String name : List.of("seen", "seen/1")) {
            replays.add(BatchReplay.open(runs.kafka(), "views", logged(name, 10), ViewRenderer.NONE));
        }

        try (WeightVerification again = WeightVerification.open(checkpoints, "seen", runs.kafka(), 5, 10)) {
            assertThat(again.ranks()).isEqualTo(2);
            for (int step = 1; step <= 10; step++) {
                List<Batch> batches = new ArrayList<>();
                for (BatchReplay replay : replays) {
                    BatchReplay.RememberedViews made = replay.next().orElseThrow();
                    assertThat(made.same()).isTrue();
                    batches.add(made.batch());
                }
                if (step > 5) {
                    again.train(batches);
                }
                batches.forEach(Batch::close);
            }

            assertThat(again.differences()).isEmpty();
        }
        replays.forEach(BatchReplay::close);
    }

    @Test
    void aReplayEndsIfOneOfItsRanksFails() throws Exception {
        train("damaged", "--steps 6", report -> {});
        List<Batch> batches = new ArrayList<>();
        for (String name : List.of("damaged", "damaged/1")) {
            try (BatchReplay replay = BatchReplay.open(runs.kafka(), "views", logged(name, 6), ViewRenderer.NONE)) {
                batches.add(replay.next().orElseThrow().batch());
            }
        }
        batches.get(1).close();

        try (WeightVerification again = WeightVerification.open(checkpoints, "damaged", runs.kafka(), 0, 6)) {
            assertThatThrownBy(() -> again.train(batches)).hasMessageContaining("The batch of step 1 is closed");
        }
        batches.get(0).close();
    }

    @Test
    void anotherNumberOfRanksIsRefused() throws Exception {
        train("kept", "--steps 6", report -> {});

        assertThatThrownBy(() -> runs.train(checkpoints, "kept", "--steps 8"))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining(
                        "was begun with --ranks 2, and now --ranks 1 is asked for; give what it was begun");
    }

    @Test
    void ranksWithoutEqualPartsAreRefused() {
        TrainConfig config = runs.config(checkpoints, "odd", "--batch-size 9");
        assertThatThrownBy(() -> config.as(new RankShare(0, 2), 0))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining(
                        "--batch-size is 9, and 2 ranks cannot have equal parts of 2 pairs or more of it");
        TrainConfig cards = runs.config(checkpoints, "odd", "--device gpu:0,gpu:1");
        assertThatThrownBy(() -> cards.as(new RankShare(0, 2), 0))
                .hasMessageContaining("Each of several ranks has one device, not 2");
        TrainConfig remembering = runs.config(checkpoints, "odd", "--memory reservoir");
        assertThatThrownBy(() -> remembering.as(new RankShare(0, 2), 0))
                .hasMessageContaining("--memory is for a run of one process, and this one has 2 ranks");
        TrainConfig three = runs.config(checkpoints, "odd", "--batch-size 12").as(new RankShare(1, 3), 0);
        assertThatThrownBy(() -> io.streamclr.trainer.feed.Feed.requireViews(
                        three.feed(),
                        new io.streamclr.trainer.views.FeedPosition(
                                three.feed().feeding(),
                                1,
                                0,
                                io.streamclr.trainer.views.ViewShape.UNKNOWN,
                                List.of(),
                                List.of())))
                .hasMessageContaining("Topic views has 2 partitions, and 3 ranks cannot have equal parts of that");
    }
}
