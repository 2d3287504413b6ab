package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.trainer.batchlog.LoggedBatch;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.batchlog.SlotOrigin;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.feed.BatchReplay;
import io.streamclr.trainer.feed.BatchReplay.RememberedViews;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.RunPlace;
import io.streamclr.trainer.settings.RunTopics;
import io.streamclr.trainer.settings.Saving;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.HeldOut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs with a memory, on a real broker. */
class RememberingTest {

    private static final int PAIRS = 600;

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

    /** What is logged of a run up to a step; the feed logs more, ahead of the trainer. */
    private LoggedRun logged(String run, long to) {
        return LoggedRun.read(runs.broker().connection(), "batches", run, 0, to);
    }

    @ParameterizedTest
    @CsvSource({"reservoir, 0", "minred, 2"})
    void stoppedAndResumedARunIsFedAndEndsAsOneThatWentThrough(String policy, int teacher) throws Exception {
        String memory = " --memory " + policy + " --memory-size 40 --replayed-share 0.25 --updates 3 --teacher-weight "
                + teacher + " --teacher-decay 0.9";

        runs.train(checkpoints, policy + "-halted", "--steps 17" + memory);
        Outcome resumed = runs.train(checkpoints, policy + "-halted", "--steps 40" + memory);
        Outcome whole = runs.train(checkpoints, policy + "-whole", "--steps 40" + memory);

        assertThat(SmallRuns.tensors(resumed)).isEqualTo(SmallRuns.tensors(whole));
        assertThat(logged(policy + "-halted", 40).batches())
                .extracting(batch -> batch.manifest().getDigest())
                .isEqualTo(logged(policy + "-whole", 40).batches().stream()
                        .map(batch -> batch.manifest().getDigest())
                        .toList());
    }

    @Test
    void replayedPicturesAreComparedAsFreshOnesAreAlsoBehindAStop() throws Exception {
        runs.createViews("looks");
        runs.send("looks", 0, 200, SmallRuns.HASHING);
        String options =
                " --views-topic looks --memory fifo --memory-size 40 --replayed-share 0.5 --mask-picture-hash 3";

        runs.train(checkpoints, "looks-halted", "--steps 7" + options);
        Outcome resumed = runs.train(checkpoints, "looks-halted", "--steps 20" + options);
        Outcome whole = runs.train(checkpoints, "looks-whole", "--steps 20" + options);

        assertThat(SmallRuns.tensors(resumed)).isEqualTo(SmallRuns.tensors(whole));
    }

    @Test
    void theManifestNamesWhatIsFreshAndWhatIsReplayedAndNoViewIsShownTwice() throws Exception {
        runs.train(checkpoints, "mixed", "--steps 30 --memory fifo --memory-size 30 --replayed-share 0.25 --updates 3");

        Set<SlotOrigin> rendered = new HashSet<>();
        Map<Long, Integer> freshAt = new HashMap<>();
        for (LoggedBatch batch : logged("mixed", 30).batches()) {
            BatchManifest manifest = batch.manifest();
            int fresh = manifest.getTo() - manifest.getFrom();
            assertThat(fresh).isEqualTo(batch.step() % 3 == 1 ? 6 : 0);
            assertThat(manifest.getReplayed()).hasSize(8 - fresh);
            List<SlotOrigin> slots = SlotOrigin.of(manifest);
            assertThat(slots).hasSize(8);
            assertThat(rendered).doesNotContainAnyElementsOf(slots);
            rendered.addAll(slots);
            for (SlotOrigin slot : slots.subList(0, fresh)) {
                freshAt.put(slot.offset() * 2 + slot.partition(), (int) batch.step());
            }
            for (SlotOrigin slot : slots.subList(fresh, 8)) {
                assertThat(freshAt.get(slot.offset() * 2 + slot.partition()))
                        .as("an image is replayed that was fresh before, and lately")
                        .isBetween((int) batch.step() - 15, (int) batch.step());
                assertThat(SlotOrigin.mayBeIn(manifest, slot.partition(), slot.offset()))
                        .isTrue();
            }
        }
        assertThat(rendered).hasSize(240);
    }

    @Test
    void everyBatchIsMadeAgainFromItsEntryAndTrainedOnToTheSameWeights() throws Exception {
        String memory = " --memory minred --memory-size 24 --replayed-share 0.5 --updates 2 --keep 9";
        runs.train(checkpoints, "replayed", "--steps 20" + memory);
        LoggedRun fromTheMiddle = LoggedRun.read(runs.broker().connection(), "batches", "replayed", 5, 20);

        try (BatchReplay replay =
                        BatchReplay.open(runs.broker().connection(), "views", fromTheMiddle, SmallRuns.REPLAYING);
                WeightVerification again = WeightVerification.open(
                        checkpoints, "replayed", runs.broker().connection(), 5, 20)) {
            for (Optional<RememberedViews> next = replay.next(); next.isPresent(); next = replay.next()) {
                try (Batch batch = next.get().batch()) {
                    assertThat(next.get().same()).isTrue();
                    again.train(batch);
                }
            }

            assertThat(again.differences()).isEmpty();
        }
    }

    @Test
    void aRunIsRepeatedWithItsMemoryUnderAnotherName() throws Exception {
        String memory = " --memory centroid --memory-size 24 --updates 4";
        Outcome first = runs.train(checkpoints, "original", "--steps 20" + memory);
        RunReplay repetition =
                RunReplay.of("original", checkpoints, runs.broker().connection(), "batches");
        TrainConfig config = repetition.config(
                new RunPlace(
                        "copy",
                        new RunTopics(runs.broker().connection(), "views", "batches", "encoders"),
                        new Saving(checkpoints, 5, 2)),
                20);

        Outcome copy = new Training(
                        config, new SimpleMeterRegistry(), SmallRuns.REPLAYING, HeldOut.NONE, Optional.of(repetition))
                .run(report -> {});

        assertThat(SmallRuns.tensors(copy)).isEqualTo(SmallRuns.tensors(first));
    }

    @Test
    void onePassGoesFurtherWithMoreUpdates() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        TrainConfig config =
                runs.config(checkpoints, "more", "--steps 160 --memory reservoir --memory-size 600 --updates 4");

        Outcome outcome = new Training(config, meters, SmallRuns.REPLAYING).run(report -> {});

        assertThat(outcome.step()).isEqualTo(160);
        assertThat(meters.get("streamclr.trainer.memory.images").gauge().value())
                .isEqualTo(328);
        assertThat(meters.get("streamclr.trainer.masked.share").gauge().value()).isZero();
    }

    @Test
    void aDamagedOrMissingMemoryIsRefusedInASentence() throws Exception {
        String memory = " --memory reservoir --memory-size 24";
        Outcome saved = runs.train(checkpoints, "lost", "--steps 5" + memory);
        Files.delete(saved.checkpoint().orElseThrow().resolve("memory.replay"));

        assertThatThrownBy(() -> runs.train(checkpoints, "lost", "--steps 9" + memory))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("Every checkpoint in ");
    }

    @Test
    void aTrainerThatStandsAloneSaysThatItCannotReplay() {
        TrainConfig config = runs.config(checkpoints, "alone", "--steps 5 --memory fifo --memory-size 24");

        assertThatThrownBy(() -> new Training(config, new SimpleMeterRegistry()).run(report -> {}))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Step 1 of run alone replays images from memory, and this process cannot draw their views;"
                        + " start it as 'streamclr train', which can, or train without --memory");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--updates 2 | Without a memory nothing can be replayed; give --memory fifo, reservoir, minred or"
                        + " centroid, or leave out --memory-size, --replayed-share and --updates",
                "--teacher-weight 1 | A teacher has nothing to teach without a memory, because it looks at replayed images;"
                        + " give --memory, or leave out --teacher-weight",
                "--memory fifo --teacher-decay 1 | A teacher of weight 0.0 and decay 1.0 cannot teach; give"
                        + " --teacher-weight 0 to 1000, of which 1 is usual, and --teacher-decay between 0 and 1, of"
                        + " which 0.999 is usual",
                "--memory fifo --updates 0 | A fresh batch cannot be followed by -1 steps from memory; give --updates 1"
                        + " to 10000, of which 10 is usual",
                "--memory fifo --replayed-share 1 | A share of 1.0 of a batch cannot be replayed, because some of it"
                        + " must be fresh; give --replayed-share 0 to below 1",
                "--memory fifo --replayed-share 0 | A memory that nothing is replayed from has no use; give"
                        + " --replayed-share above 0 or --updates above 1, or leave out --memory",
                "--memory fifo --replayed-share 0.95 | Of 8 pairs a share of 0.95 leaves none that is fresh; give a"
                        + " smaller --replayed-share or a larger --batch-size",
                "--memory fifo --memory-size 3 | A memory of 3 images does not hold the 4 fresh ones of a batch; give a"
                        + " larger --memory-size",
                "--memory fifo --memory-size much | The --memory-size 'much' is no number of images or bytes; give one"
                        + " such as 50000, 512MiB or 1GiB",
                "--memory fifo --memory-size 900GiB | A --memory-size of 900GiB is 17570320756 images, and no memory"
                        + " holds so many; give less"
            })
    void optionsThatMakeNoSenseAreRefusedInASentence(String options, String sentence) {
        assertThatThrownBy(() -> runs.config(checkpoints, "refused", options))
                .isInstanceOf(RefusalException.class)
                .hasMessage(sentence);
    }

    @Test
    void aSizeInBytesIsAsManyImagesAsFitIntoIt() {
        int fifo = runs.config(checkpoints, "a", "--memory fifo --memory-size 1MiB")
                .remembering()
                .memory()
                .capacity();
        int minred = runs.config(checkpoints, "a", "--memory minred --memory-size 1MiB")
                .remembering()
                .memory()
                .capacity();

        assertThat(fifo).isEqualTo((1 << 20) / 55);
        assertThat(minred).isEqualTo((1 << 20) / (55 + 2 * 16));
    }
}
