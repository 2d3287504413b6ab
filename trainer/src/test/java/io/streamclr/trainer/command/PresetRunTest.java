package io.streamclr.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import io.streamclr.trainer.run.RunJournal;
import io.streamclr.trainer.run.SmallRuns;
import io.streamclr.trainer.run.TrainMain;
import io.streamclr.trainer.settings.Learning;
import io.streamclr.trainer.settings.Preset;
import io.streamclr.trainer.settings.Schedule;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.torch.TorchDevice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code streamclr train} does with options that nobody gives. */
class PresetRunTest {

    /** So small that a step takes a moment. */
    private static final String SMALL =
            " --batch-size 8 --block 2 --width 1/16 --warm-up 0 --threads 1 --head-output 16";

    private static SmallRuns runs;

    @TempDir
    private Path checkpoints;

    @BeforeAll
    static void start() throws Exception {
        runs = SmallRuns.start(128);
    }

    @AfterAll
    static void close() {
        runs.close();
    }

    @Test
    void aNewRunSaysAndRecordsThePresetThatWasChosenForItsDeviceAndItsViews() throws Exception {
        String said = train("chosen", SMALL + " --steps 2");

        TrainConfig chosen = settings("chosen");
        assertThat(said)
                .startsWith("preset cpu-small: ResNet-10 of widths 4 to 64 in ")
                .contains(
                        " on cpu,cpu, batches of 8 in chunks of 8 views, muon at a rate of 0.0800, temperature 0.07; chosen for"
                                + " the processor and views of 12 pixels; --preset simclr trains as SimCLR's own code does");
        assertThat(journal("chosen").preset()).isEqualTo("cpu-small");
        assertThat(((ResNet) chosen.learning().network().backbone()).stages()).isEqualTo(2);
        assertThat(chosen.learning().network().head().hidden()).isEqualTo(256);
        assertThat(chosen.learning().network().precision())
                .as("that of this network and these views, not of the preset's")
                .isEqualTo(Preset.CPU_SMALL.precision(chosen.learning().network(), 12, 8));
    }

    @Test
    void anOptionThatIsGivenBeatsThePreset() {
        train(
                "given",
                SMALL + " --preset paper --depth 18 --stem small2 --chunk 8 --temperature 0.3 --optimiser sgd"
                        + " --zero-gamma=false --precision bfloat16 --steps 1");

        TrainConfig chosen = settings("given");
        assertThat(chosen.batching().pairs()).isEqualTo(8);
        assertThat(chosen.batching().chunkViews()).isEqualTo(8);
        assertThat(chosen.learning().loss().temperature()).isEqualTo(0.3);
        assertThat(chosen.learning().rule().word()).isEqualTo("sgd");
        assertThat(chosen.learning().rule().weightDecay())
                .as("of sgd, not of the paper's lars")
                .isEqualTo(1e-4);
        assertThat(((ResNet) chosen.learning().network().backbone()).zeroGamma())
                .isFalse();
        assertThat(chosen.learning().network().head().spread())
                .as("not given, so the paper's")
                .isEqualTo(0.01);
        assertThat(journal("given").preset()).isEqualTo("paper");
    }

    @Test
    void aRunThatGoesOnKeepsItsSettingsWhateverThePreset() {
        train("kept", SMALL + " --device cpu --temperature 0.3 --learning-rate 0.01 --steps 2");
        TrainConfig before = settings("kept");

        String said = train("kept", " --preset paper --threads 1 --steps 4");

        assertThat(said)
                .startsWith("preset cpu-small: ")
                .contains("temperature 0.3; run kept goes on and keeps the settings of its preset; give all"
                        + " other options again; --preset paper is for another --run");
        assertThat(settings("kept").learning().network())
                .isEqualTo(before.learning().network());
        assertThat(settings("kept").computing().devices()).containsExactly(TorchDevice.CPU);
        assertThat(settings("kept").learning().loss())
                .isEqualTo(before.learning().loss());
        assertThat(settings("kept").learning().schedule().rate())
                .isEqualTo(before.learning().schedule().rate());
        assertThat(journal("kept").preset()).isEqualTo("cpu-small");
    }

    @Test
    void aRunOfSimclrsFallsByACosineToItsEndAndTheSameCommandGoesOnWithIt() {
        String options =
                " --batch-size 8 --block 2 --width 1/16 --threads 1 --chunk 8 --preset simclr --clip-gradients 3";
        train("cosine", options + " --steps 10 --save-every 5");
        TrainConfig before = settings("cosine");

        train("cosine", options + " --steps 14 --save-every 5");

        assertThat(before.learning())
                .returns(LearningRate.cosine(0.075 * Math.sqrt(8), 1, 10), now -> now.schedule()
                        .rate())
                .returns(new GradientClipping(3), Learning::clipping)
                .returns(0.5, now -> now.loss().temperature());
        Schedule later = new Schedule(LearningRate.cosine(0.075 * Math.sqrt(8), 1, 14), 14, 0, Decay.LINEAR);
        assertThat(settings("cosine").learning()).isEqualTo(before.by(later).learning());
        assertThat(journal("cosine").preset()).isEqualTo("simclr");
    }

    @Test
    void aRunFromBeforeThereWerePresetsGoesOnAsItWas() throws Exception {
        runs.train(checkpoints, "old", "--steps 2"); // without a preset, as its journal says
        assertThat(Files.readString(checkpoints.resolve("old/run.jsonl"))).doesNotContain("preset");

        String said = train("old", " --steps 4 --threads 1");

        assertThat(said).startsWith("settings: ResNet-18 of width 4 in float32 on cpu, batches of 8 in chunks of 16");
        assertThat(settings("old").learning())
                .isEqualTo(runs.config(checkpoints, "old", "--steps 4").learning());
    }

    private RunJournal journal(String run) {
        return RunJournal.read(checkpoints, run, KafkaConnection.to("127.0.0.1:1"));
    }

    private TrainConfig settings(String run) {
        return journal(run).settings();
    }

    /** Trains as a process does. @return what it says on the way */
    private String train(String run, String options) {
        StringWriter said = new StringWriter();
        CommandLine command = TrainMain.commandLine().setErr(new PrintWriter(said));
        List<String> arguments = new ArrayList<>(
                List.of("--bootstrap-server", runs.address(), "--checkpoints", checkpoints.toString(), "--run", run));
        arguments.addAll(List.of(options.strip().split(" ", -1)));
        assertThat(command.execute(arguments.toArray(String[]::new)))
                .as(said.toString())
                .isZero();
        return said.toString();
    }
}
