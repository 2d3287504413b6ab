package io.streamclr.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.trainer.encoder.Safetensors.Values;
import io.streamclr.trainer.run.SmallRuns;
import io.streamclr.trainer.run.Training;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs under options that others leave as they are. */
class TrainingOptionsTest {

    private static final int STEPS = 200;
    private static final int BATCH = 32;

    private static SmallRuns runs;

    @TempDir
    private Path checkpoints;

    @BeforeAll
    static void start() throws Exception {
        runs = SmallRuns.start((STEPS + 16) * BATCH);
    }

    @AfterAll
    static void close() {
        runs.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--loss dcl --optimiser lars --scaling sqrt --learning-rate 0.075 --weight-decay 1e-6",
                "--loss debiased --tau-plus 0.05 --optimiser sgd",
                "--loss hard-negative --beta 0.5 --mask-near-duplicates 0.99 --norm group --chunk 6",
                "--loss fn-elimination --false-negatives 2 --support mean --precision float16",
                "--device cpu,cpu --precision bfloat16 --depth 50",
                "--device cpu,cpu --precision bfloat16 --depth 50 --optimiser sgd --nesterov true --clip-gradients 0.5",
                "--optimiser lars --trust-coefficient 0.02 --head-layers 3 --zero-gamma true --clip-gradients 1 --chunk 6"
            })
    void aRunInTwoPartsHasTheWeightsOfOneInOnePart(String options) throws Exception {
        runs.train(checkpoints, "parts", options + " --steps 3");
        Map<String, Map<String, Values>> parts =
                SmallRuns.tensors(runs.train(checkpoints, "parts", options + " --steps 6"));
        Map<String, Map<String, Values>> whole =
                SmallRuns.tensors(runs.train(checkpoints, "whole", options + " --steps 6"));

        whole.forEach((file, tensors) -> tensors.forEach((name, values) ->
                assertThat(parts.get(file).get(name).values()).as(name).containsExactly(values.values())));
    }

    @Test
    void aTrainerWhoseViewsAreThereWaitsForAFiftiethOfTheTimeAtMost() throws Exception {
        String options = "--batch-size " + BATCH + " --block 4 --chunk 64 --width 0.125 --stem small --save-every 1000"
                + " --steps " + STEPS;
        List<StepReport> reports = new ArrayList<>();

        new Training(runs.config(checkpoints, "waiting", options), new SimpleMeterRegistry()).run(reports::add);

        // "lately" has forgotten how long it took to connect and to read the first block
        assertThat(reports.get(STEPS - 1).waitingShare()).isLessThan(0.02);
    }
}
