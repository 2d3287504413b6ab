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
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Runs that spare the weights they start from. */
class FrozenEncoderTest {

    private static final String FROZEN =
            "--weights first@2 --freeze-steps 3 --layer-decay 0.5 --clip-gradients 1 --save-every 1 --keep 9 --steps ";

    @TempDir
    private static Path checkpoints;

    private static SmallRuns runs;

    @BeforeAll
    static void trainTheFirst() throws Exception {
        runs = SmallRuns.start(300);
        runs.train(checkpoints, "first", "--steps 2");
        assertThat(train("frozen", FROZEN + 5)).isEmpty();
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    /** What the command line says where it fails. */
    private static String train(String run, String more) {
        return command(runs.arguments(checkpoints, run, more));
    }

    private static String command(String... arguments) {
        StringWriter err = new StringWriter();
        int code = new CommandLine(new TrainCommand(HeldOut.NOBODY_READS, Audience.NONE))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, unused, parsed) -> {
                    err.write(String.valueOf(failure.getMessage()));
                    return 1;
                })
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return code == 0 ? "" : err.toString();
    }

    private static Outcome saved(String run, long step) {
        return new Outcome(step, 0, 0, 0, 0, 0, Optional.of(SavedSteps.place(checkpoints.resolve(run), step)));
    }

    /** Values by name, of the encoder's weights or of its running statistics. */
    private static Map<String, float[]> encoder(String run, long step, boolean statistics) throws Exception {
        return SmallRuns.tensors(saved(run, step)).get("encoder.safetensors").entrySet().stream()
                .filter(each -> each.getKey().contains("running_") == statistics)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().values()));
    }

    private static float[] head(long step) throws Exception {
        return SmallRuns.tensors(saved("frozen", step))
                .get("head.safetensors")
                .get("head.0.linear.weight")
                .values();
    }

    @Test
    void weightsStayToTheBitForTheseStepsWhileTheHeadLearnsAndMoveAfterThem() throws Exception {
        Map<String, float[]> given = encoder("first", 2, false);

        for (int step = 1; step <= 3; step++) {
            Map<String, float[]> now = encoder("frozen", step, false);
            given.forEach((name, values) -> assertThat(now.get(name)).as(name).isEqualTo(values));
        }
        assertThat(head(3)).isNotEqualTo(head(2));
        Map<String, float[]> moved = encoder("frozen", 4, false);
        given.forEach((name, values) -> assertThat(moved.get(name)).as(name).isNotEqualTo(values));

        Map<String, float[]> statistics = encoder("first", 2, true);
        encoder("frozen", 1, true)
                .forEach((name, values) ->
                        assertThat(values).as("statistics follow the stream").isNotEqualTo(statistics.get(name)));
    }

    @Test
    void aRunThatWasStoppedWhileFrozenAndAfterwardsIsEqualToTheBit() throws Exception {
        for (int step : new int[] {2, 4, 5}) {
            assertThat(train("parts", FROZEN + step)).isEmpty();
        }

        assertThat(SmallRuns.tensors(saved("parts", 5))).isEqualTo(SmallRuns.tensors(saved("frozen", 5)));
    }

    @Test
    void aReplayFreezesAsTheRunDid() throws Exception {
        assertThat(command(
                        "--bootstrap-server=" + runs.address(),
                        "--checkpoints=" + checkpoints,
                        "--run=again",
                        "--replay=frozen"))
                .isEmpty();

        assertThat(SmallRuns.tensors(saved("again", 5))).isEqualTo(SmallRuns.tensors(saved("frozen", 5)));
    }

    @Test
    void itIsASettingOfARunThatStartsFromWeights() {
        assertThat(train("frozen", FROZEN.replace("--freeze-steps 3", "--freeze-steps 4") + 6))
                .contains("was begun with --freeze-steps 3, and now --freeze-steps 4 is asked for");
        assertThat(train("frozen", FROZEN.replace("--layer-decay 0.5 ", "") + 6))
                .contains("was begun with --layer-decay 0.5, and now --layer-decay 1 is asked for");
        assertThat(train("random", "--freeze-steps 4 --steps 1")).contains("give --weights, or leave them out");
        assertThat(train("none", "--weights first@2 --layer-decay 2 --steps 1")).contains("--layer-decay above 0");
        assertThat(checkpoints.resolve("random")).doesNotExist();
    }
}
