package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.command.TrainCommand;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.feed.BatchReplay;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.views.ViewRenderer;
import io.streamclr.trainer.watch.Audience;
import io.streamclr.trainer.watch.HeldOut;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Runs that start from weights that exist. */
class StartingWeightsTest {

    @TempDir
    private static Path home;

    @TempDir
    private static Path checkpoints;

    private static SmallRuns runs;

    @BeforeAll
    static void trainTheFirst() throws Exception {
        runs = SmallRuns.start(400);
        runs.train(checkpoints, "first", "--steps 5");
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    @Test
    void theFirstStepMovesTheGivenWeights() throws Exception {
        Said said = command("moved", "--weights first@5 --steps 1 --learning-rate 0.000000001 --optimiser sgd");

        assertThat(said.code()).as(said.words()).isZero();
        assertThat(said.words())
                .contains("weights of encoder.safetensors (SHA-256 ")
                .contains("ResNet-18 of width 4")
                .contains("the projection head starts from random weights");
        float[] given = convolution("first", 5);
        float[] moved = convolution("moved", 1);
        for (int i = 0; i < given.length; i++) {
            assertThat(moved[i]).isCloseTo(given[i], within(1e-6f));
        }
    }

    @Test
    void aRunIsRepeatedToTheBitAlthoughTheFileIsGone() throws Exception {
        Path file = Files.copy(
                checkpoints.resolve("first/step-00000005").resolve(EncoderFiles.TORCHSCRIPT), home.resolve("given.pt"));
        Said trained = command("tuned", "--weights " + file + " --steps 4");
        assertThat(trained.code()).as(trained.words()).isZero();
        Files.delete(file);

        Said said = command(new String[] {
            "--bootstrap-server=" + runs.address(), "--checkpoints=" + checkpoints, "--run=again", "--replay=tuned"
        });

        assertThat(said.code()).as(said.words()).isZero();
        assertThat(SmallRuns.tensors(saved("again", 4))).isEqualTo(SmallRuns.tensors(saved("tuned", 4)));
        JsonNode about = new ObjectMapper()
                .readTree(SavedSteps.place(checkpoints.resolve("again"), 4)
                        .resolve(EncoderFiles.DESCRIPTION)
                        .toFile());
        assertThat(about.path("weights").path("file").asText()).isEqualTo("given.pt");
        assertThat(about.path("weights").path("sha256").asText()).matches("[0-9a-f]{64}");
    }

    @Test
    void itsStepsAreTrainedAgainFromTheWeightsThatItKept() throws Exception {
        Said trained = command("verified", "--weights first@5 --steps 4");
        assertThat(trained.code()).as(trained.words()).isZero();
        KafkaConnection kafka = runs.broker().connection();
        LoggedRun logged = LoggedRun.read(kafka, "batches", "verified", 0, 4);

        try (BatchReplay replay = BatchReplay.open(kafka, "views", logged, ViewRenderer.NONE);
                WeightVerification again = WeightVerification.open(checkpoints, "verified", kafka, 0, 4)) {
            for (int step = 1; step <= 4; step++) {
                try (Batch batch = replay.next().orElseThrow().batch()) {
                    again.train(batch);
                }
            }
            assertThat(again.differences()).isEmpty();
        }
    }

    @Test
    void aRunGoesOnWithTheWeightsThatItBeganWithAndWithNoOthers() throws Exception {
        assertThat(command("kept", "--weights first@5 --steps 2").code()).isZero();

        assertThat(command("kept", "--steps 4").words())
                .contains("was begun with --weights sha256:")
                .contains("now no --weights is asked for");
        assertThat(command("kept", "--weights kept@2 --steps 4").words())
                .contains("was begun with --weights sha256:")
                .contains("and now --weights sha256:");
        Said said = command("kept", "--weights first@5 --steps 4");
        assertThat(said.code()).as(said.words()).isZero();
    }

    @Test
    void anOptionThatContradictsTheWeightsIsRefusedWithBothValues() {
        assertThat(command("none", "--weights first@5 --depth 34").words())
                .contains("--depth 34 contradicts the weights first@5, which have 18; leave the option out");
        assertThat(command("none", "--weights first@5 --stem small").words())
                .contains("--stem small contradicts the weights first@5, which have small2");
        assertThat(command("none", "--weights first@9").words())
                .contains("There is no checkpoint of step 9")
                .contains("only of step 5");
        assertThat(command("none", "--weights nowhere.pth").words())
                .contains("There is no file of weights nowhere.pth");
        assertThat(checkpoints.resolve("none")).doesNotExist();
    }

    private static float[] convolution(String run, long step) throws Exception {
        return SmallRuns.tensors(saved(run, step))
                .get(EncoderFiles.SAFETENSORS)
                .get("layer3.1.conv2.weight")
                .values();
    }

    private static Outcome saved(String run, long step) {
        return new Outcome(step, 0, 0, 0, 0, 0, Optional.of(SavedSteps.place(checkpoints.resolve(run), step)));
    }

    private record Said(int code, String words) {}

    private static Said command(String run, String more) {
        return command(runs.arguments(checkpoints, run, more));
    }

    private static Said command(String[] arguments) {
        StringWriter err = new StringWriter();
        int code = new CommandLine(new TrainCommand(HeldOut.NOBODY_READS, Audience.NONE))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, unused, parsed) -> {
                    err.write(String.valueOf(failure.getMessage()));
                    return 1;
                })
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Said(code, err.toString());
    }
}
