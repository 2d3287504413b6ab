package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.command.TrainCommand;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.feed.BatchReplay;
import io.streamclr.trainer.feed.BatchReplay.RememberedViews;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.watch.Audience;
import io.streamclr.trainer.watch.HeldOut;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Runs that release 0.1 began. */
class FirstReleaseTest {

    private static SmallRuns runs;

    @TempDir
    private Path checkpoints;

    @BeforeAll
    static void startABrokerWithWhatTheRunRead() throws Exception {
        runs = SmallRuns.start(FirstRelease.PAIRS);
        FirstRelease.sendBatches(runs.broker().connection());
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    @BeforeEach
    void copyTheRun() throws Exception {
        FirstRelease.copyRun(checkpoints);
    }

    private Outcome train(String run, long steps) throws InterruptedException {
        return runs.train(checkpoints, run, "--steps " + steps + " " + FirstRelease.OPTIONS);
    }

    private static Outcome saved(Path folder, long step) {
        return new Outcome(step, 0, 0, 0, 0, 0, Optional.of(SavedSteps.place(folder, step)));
    }

    private static void command(String... arguments) {
        int code = new CommandLine(
                        new TrainCommand((kafka, images) -> SmallRuns.REPLAYING, HeldOut.NOBODY_READS, Audience.NONE))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
        assertThat(code).isZero();
    }

    private String[] following(String how, String run, long steps) {
        return new String[] {
            "--bootstrap-server=" + runs.broker().connection().bootstrapServers(),
            "--checkpoints=" + checkpoints,
            "--run=" + run,
            "--save-every=5",
            "--steps=" + steps,
            how
        };
    }

    private static List<ByteBuffer> digests(String run, long after, long to) {
        return LoggedRun.read(runs.broker().connection(), "batches", run, after, to).batches().stream()
                .map(batch -> batch.manifest())
                .map(BatchManifest::getDigest)
                .toList();
    }

    @Test
    void aRunGoesOnAndSoDoesABranchOfItToTheSameBit() throws Exception {
        command(following("--resume-from=" + FirstRelease.RUN + "@5", "branch", FirstRelease.LATER));

        Outcome resumed = train(FirstRelease.RUN, FirstRelease.LATER);

        assertThat(resumed.pairsNow()).isEqualTo(5 * SmallRuns.BATCH);
        assertThat(SmallRuns.tensors(saved(checkpoints.resolve("branch"), FirstRelease.LATER)))
                .isEqualTo(SmallRuns.tensors(resumed));
        assertThat(digests("branch", FirstRelease.SAVED, FirstRelease.LATER))
                .isEqualTo(digests(FirstRelease.RUN, FirstRelease.SAVED, FirstRelease.LATER));
    }

    @Test
    void whatABranchSavesFirstIsWhatTheRunHadSaved() throws Exception {
        Branch branch =
                Branch.of(FirstRelease.RUN + "@5", checkpoints, runs.broker().connection());
        TrainConfig settings = branch.settings();
        branch.begin(settings.elsewhere("saved", settings.topics(), settings.saving()));

        Path before = SavedSteps.place(checkpoints.resolve(FirstRelease.RUN), FirstRelease.SAVED);
        Path after = SavedSteps.place(checkpoints.resolve("saved"), FirstRelease.SAVED);

        for (String file : List.of("head.safetensors", "optimiser.safetensors", "memory.replay")) {
            assertThat(after.resolve(file)).hasSameBinaryContentAs(before.resolve(file));
        }
        assertThat(SmallRuns.tensors(saved(checkpoints.resolve("saved"), FirstRelease.SAVED)))
                .isEqualTo(SmallRuns.tensors(saved(checkpoints.resolve(FirstRelease.RUN), FirstRelease.SAVED)));
        byte[] position = Files.readAllBytes(before.resolve("feed.position"));
        assertThat(FeedPosition.decode(position).encoded()).isEqualTo(position);
        assertThat(FeedPosition.decode(position).ofRun("saved").encoded())
                .isEqualTo(Files.readAllBytes(after.resolve("feed.position")));
    }

    @Test
    void aRunIsRepeatedAsOneThatIsTrainedToday() throws Exception {
        command(following("--replay=" + FirstRelease.RUN, "repeated", FirstRelease.SAVED));

        Outcome today = train("today", FirstRelease.SAVED);

        assertThat(digests("repeated", 0, FirstRelease.SAVED))
                .isEqualTo(digests(FirstRelease.RUN, 0, FirstRelease.SAVED))
                .isEqualTo(digests("today", 0, FirstRelease.SAVED));
        assertThat(SmallRuns.tensors(saved(checkpoints.resolve("repeated"), FirstRelease.SAVED)))
                .isEqualTo(SmallRuns.tensors(today));
    }

    @Test
    void onAMachineThatRoundsAsItsOwnDidARunEndsWithItsVeryWeights() throws Exception {
        Outcome today = train("alike", FirstRelease.SAVED);
        assumeTrue(
                SmallRuns.tensors(today)
                        .equals(SmallRuns.tensors(saved(checkpoints.resolve(FirstRelease.RUN), FirstRelease.SAVED))),
                "this machine rounds otherwise than the one that trained the run of release 0.1");

        Path later = new Training(
                        runs.config(
                                checkpoints,
                                FirstRelease.RUN,
                                "--steps " + FirstRelease.LATER + " " + FirstRelease.OPTIONS),
                        new SimpleMeterRegistry(),
                        SmallRuns.REPLAYING)
                .run(report -> {})
                .checkpoint()
                .orElseThrow();

        for (String line : Files.readAllLines(FirstRelease.file("step-00000010.sha256"))) {
            String[] parts = line.split(" {2}", -1);
            if (parts[1].equals("feed.position")) {
                continue; // tells of a block that it read by name what it does not tell of one that it gathered
            }
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(later.resolve(parts[1])));
            assertThat(HexFormat.of().formatHex(sum)).as(parts[1]).isEqualTo(parts[0]);
        }
    }

    @Test
    void everyBatchOfARunIsMadeAgain() throws Exception {
        LoggedRun logged =
                LoggedRun.read(runs.broker().connection(), "batches", FirstRelease.RUN, 0, FirstRelease.LATER);

        try (BatchReplay replay = BatchReplay.open(runs.broker().connection(), "views", logged, SmallRuns.REPLAYING)) {
            int batches = 0;
            for (Optional<RememberedViews> next = replay.next(); next.isPresent(); next = replay.next()) {
                try (Batch batch = next.get().batch()) {
                    assertThat(next.get().same()).as("step " + batch.step()).isTrue();
                    batches++;
                }
            }
            assertThat(batches).isEqualTo((int) FirstRelease.LATER);
        }
    }

    @Test
    void aRunThatIsToGoOnOtherwiseIsToldSoInTheWordsOfOptions() {
        Map<String, String> refused = Map.of(
                "--loss dcl",
                "--loss nt-xent, and now --loss dcl is",
                "--width 1/8 --norm group",
                "--width 1/16 and --norm batch, and now --width 1/8 and --norm group are",
                "--memory reservoir --memory-size 30 --mask-near-duplicates 0.95",
                "no --mask-near-duplicates, --memory minred and --memory-size 24, and now --mask-near-duplicates 0.95,"
                        + " --memory reservoir and --memory-size 30 are",
                "--optimiser adamw",
                "--optimiser sgd, and now --optimiser adamw is",
                "--head-hidden 32 --weight-decay 0.01",
                "--weight-decay 0.0001 and --head-hidden 0, and now --weight-decay 0.01 and --head-hidden 32 are",
                "--device cpu,cpu",
                "1 of --device, and now 2 of --device is");
        refused.forEach((options, sentence) -> assertThatThrownBy(() ->
                        runs.train(checkpoints, FirstRelease.RUN, "--steps 10 " + FirstRelease.OPTIONS + " " + options))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The run in " + checkpoints.resolve(FirstRelease.RUN) + " was begun with " + sentence
                        + " asked for; give what it was begun with, or begin another --run"));
    }
}
