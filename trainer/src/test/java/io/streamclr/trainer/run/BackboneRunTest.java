package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.trainer.command.TrainCommand;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.watch.Audience;
import io.streamclr.trainer.watch.HeldOut;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Runs of other backbones than ResNets, by the command line that people give. */
class BackboneRunTest {

    private static final String SMALL = "--batch-size 8 --block 2 --chunk 6 --head-output 16 --head-hidden 0"
            + " --learning-rate 0.002 --warm-up 0 --threads 1 --save-every 3 --keep 9 --temperature 0.2"
            + " --precision float32";

    private static SmallRuns runs;

    @TempDir
    private static Path home;

    @TempDir
    private static Path checkpoints;

    @BeforeAll
    static void startABrokerWithViews() throws Exception {
        runs = SmallRuns.start(64);
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    @ParameterizedTest
    @CsvSource({
        "vit-1x64, --backbone vit-1x64 --freeze-patch",
        "convnext-1x1x1x1-8, --backbone convnext-1x1x1x1-8 --stem small"
    })
    void aRunThatStopsAndGoesOnAndOneThatRepeatsItEndWithTheSameWeightsToTheBit(String name, String options)
            throws Exception {
        require(command(name + "-whole", options + " --steps 6"));
        require(command(name + "-halves", options + " --steps 3"));
        require(command(name + "-halves", options + " --steps 6"));
        require(command("--run " + name + "-again --replay " + name + "-whole"));

        var whole = SmallRuns.tensors(saved(name + "-whole", 6));
        assertThat(SmallRuns.tensors(saved(name + "-halves", 6))).isEqualTo(whole);
        assertThat(SmallRuns.tensors(saved(name + "-again", 6))).isEqualTo(whole);
        assertThat(whole).isNotEqualTo(SmallRuns.tensors(saved(name + "-whole", 3)));
        JsonNode about = new ObjectMapper()
                .readTree(SavedSteps.place(checkpoints.resolve(name + "-whole"), 6)
                        .resolve(EncoderFiles.DESCRIPTION)
                        .toFile());
        assertThat(about.path("architecture").asText()).isEqualTo(name);
        assertThat(about.path("norm").asText()).isEqualTo("group");
        if (name.startsWith("vit")) {
            assertThat(about.path("image").asInt()).isEqualTo(SmallRuns.SIDE);
            assertThat(about.path("patch").asInt()).isEqualTo(4);
            assertThat(projection(name, 6)).isEqualTo(projection(name, 3));
        }
    }

    @Test
    void anotherBackboneIsAnotherRun() {
        require(command("one", "--backbone vit-1x64 --steps 1"));

        assertThat(command("one", "--backbone convnext-1x1x1x1-8 --stem small --steps 2")
                        .words())
                .contains("was begun with --backbone vit-1x64, and now --backbone convnext-1x1x1x1-8 is asked for");
        assertThat(command("one", "--backbone resnet18 --steps 2").words())
                .contains("was begun with --norm group and --backbone vit-1x64, and now --norm batch and --backbone"
                        + " resnet18 are asked for");
        require(command("one", "--backbone vit-1x64 --steps 2"));
    }

    @Test
    void weightsOfAVitBeginAnotherRunIfTheirImagesHaveTheSizeOfTheViews() throws Exception {
        require(command("first", "--backbone vit-1x64 --steps 1"));
        Path large = home.resolve("large");
        Architecture architecture = Architecture.of(new NetworkPlan(
                new VisionTransformer(1, 64, 4, 24, false),
                HeadPlan.NONE,
                Norm.GROUP,
                Normalisation.NONE,
                Precision.FLOAT32));
        Files.createDirectories(large);
        EncoderFiles.write(large, architecture, architecture.initialValues(1), new Origin("r", 1, 1, "", 24, 24));

        Said second = command("second", "--weights first@1 --steps 1");

        require(second);
        assertThat(second.words()).contains("ViT of 1 layers of width 64, patches of 4 pixels");
        assertThat(command("third", "--steps 1 --weights " + large).words())
                .contains("are for images of 24 pixels (36 positions), and the views have 12;");
        assertThat(command("third", "--weights first@1 --backbone resnet18 --steps 1")
                        .words())
                .contains("--backbone resnet18 contradicts the weights first@1, which have vit-1x64");
    }

    private static float[] projection(String run, long step) throws Exception {
        return SmallRuns.tensors(saved(run + "-whole", step))
                .get(EncoderFiles.SAFETENSORS)
                .get("conv_proj.weight")
                .values();
    }

    private static Outcome saved(String run, long step) {
        return new Outcome(step, 0, 0, 0, 0, 0, Optional.of(SavedSteps.place(checkpoints.resolve(run), step)));
    }

    private record Said(int code, String words) {}

    private static void require(Said said) {
        assertThat(said.code()).as(said.words()).isZero();
    }

    private static Said command(String run, String more) {
        return command("--run " + run + " " + SMALL + " " + more);
    }

    private static Said command(String options) {
        List<String> arguments =
                new ArrayList<>(List.of("--bootstrap-server", runs.address(), "--checkpoints", checkpoints.toString()));
        arguments.addAll(List.of(options.split(" ", -1)));
        StringWriter err = new StringWriter();
        int code = new CommandLine(new TrainCommand(HeldOut.NOBODY_READS, Audience.NONE))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, unused, parsed) -> {
                    err.write(String.valueOf(failure.getMessage()));
                    return 1;
                })
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
        return new Said(code, err.toString());
    }
}
