package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.command.TrainCommand;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.watch.Audience;
import io.streamclr.trainer.watch.HeldOut;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Runs that go on from a checkpoint of another one. */
class BranchTest {

    private static final String MEMORY = " --memory minred --memory-size 24 --replayed-share 0.5";

    @TempDir
    private static Path checkpoints;

    private static SmallRuns runs;

    @BeforeAll
    static void trainATrunk() throws Exception {
        runs = SmallRuns.start(600);
        runs.train(checkpoints, "trunk", "--steps 20 --keep 9" + MEMORY);
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    /** What the command line says on its standard error; nothing if it trained. */
    private static String command(String... arguments) {
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(
                        new TrainCommand((kafka, images) -> SmallRuns.REPLAYING, HeldOut.NOBODY_READS, Audience.NONE))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, unused, parsed) -> {
                    err.write(String.valueOf(failure.getMessage()));
                    return 1;
                })
                .setErr(new PrintWriter(err));
        int code = command.execute(arguments);
        assertThat(code == 0).isEqualTo(err.toString().isEmpty());
        return err.toString().lines().findFirst().orElse("");
    }

    private static String[] branch(String run, String... more) {
        String[] usual = {
            "--bootstrap-server=" + runs.broker().connection().bootstrapServers(),
            "--checkpoints=" + checkpoints,
            "--run=" + run,
            "--save-every=5",
            "--keep=9"
        };
        String[] all = Arrays.copyOf(usual, usual.length + more.length);
        System.arraycopy(more, 0, all, usual.length, more.length);
        return all;
    }

    @Test
    void aBranchCoolsDownToTheWeightsThatTheRunItselfWouldHaveHad() throws Exception {
        String said = command(branch("published", "--resume-from=trunk@10", "--cool-down=6"));
        runs.train(checkpoints, "control", "--steps 10 --keep 9" + MEMORY);
        Outcome control = runs.train(checkpoints, "control", "--steps 16 --cool-down 6 --keep 9" + MEMORY);
        Outcome branch =
                new Outcome(16, 0, 0, 0, 0, 0, Optional.of(SavedSteps.place(checkpoints.resolve("published"), 16)));
        assertThat(checkpoints.resolve("published/step-00000010/README.md"))
                .content()
                .contains("# Encoder of run `published`, step `10`");

        assertThat(said).isEmpty();
        assertThat(SmallRuns.tensors(branch)).isEqualTo(SmallRuns.tensors(control));
        assertThat(SavedSteps.in(checkpoints.resolve("published"))).containsExactly(16L, 15L, 10L);
        assertThat(SavedSteps.in(checkpoints.resolve("trunk"))).containsExactly(20L, 15L, 10L, 5L);
    }

    @Test
    void whatMakesNoSenseIsRefusedInASentence() {
        assertThat(command(branch("other", "--resume-from=trunk")))
                .isEqualTo("The checkpoint 'trunk' cannot be found; name it RUN@STEP, such as simclr@5000");
        assertThat(command(branch("other", "--resume-from=trunk@7")))
                .startsWith("There is no checkpoint of step 7 in ")
                .endsWith("only of step 20, 15, 10, 5; take two of these, or train with a larger --keep");
        assertThat(command(branch("other", "--resume-from=../runs/trunk@10")))
                .isEqualTo("The run '../runs/trunk' cannot name a folder; use letters, digits, dots, dashes and"
                        + " underscores, 64 at most");
        assertThat(command(branch("other", "--replay=\u001b[31mred\0")))
                .startsWith("The run '?[31mred?' cannot name a folder; ");
        assertThat(command(branch("trunk", "--resume-from=trunk@10")))
                .isEqualTo("give the branch of run trunk another name, with --run");
        assertThat(command(branch("other", "--resume-from=trunk@10", "--batch-size=4")))
                .isEqualTo("--batch-size does not go with --resume-from, because run trunk decided that");
        assertThat(command(branch("other", "--resume-from=trunk@10", "--cool-down=5", "--steps=30")))
                .isEqualTo("a branch that cools down ends with --cool-down; leave out --steps");
    }
}
