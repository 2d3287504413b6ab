package io.streamclr.local.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.command.TrainOptions;
import io.streamclr.trainer.settings.Defaults;
import io.streamclr.trainer.settings.Preset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentPlanTest {

    private static final ExperimentSettings SETTINGS =
            new ExperimentSettings("train.idx", "test.idx", 40_000, 2, 20_000, 10_000, 0);

    private static final BaseRecipe COLOUR = new BaseRecipe("cifar", true);

    /** All that need no images to plan. */
    private static final List<Experiment> FINDINGS = List.of(
            new AugmentationsExperiment(),
            new HeadExperiment(),
            new BatchExperiment(),
            new NetworkExperiment(),
            new LossExperiment());

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsReadAgainWhateverTheExperiment() {
        for (Experiment experiment : FINDINGS) {
            ExperimentPlan plan =
                    new ExperimentPlan(experiment.name(), SETTINGS, "", experiment.runs(SETTINGS, COLOUR, folder));
            Path file = folder.resolve(experiment.name()).resolve("plan.json");

            plan.write(file);

            assertThat(ExperimentPlan.read(file)).isEqualTo(plan);
        }
    }

    @Test
    void everyTrialOfEveryExperimentCanBeTrainedAndIsAnother() {
        for (Experiment experiment : FINDINGS) {
            ExperimentPlan plan =
                    new ExperimentPlan(experiment.name(), SETTINGS, "", experiment.runs(SETTINGS, COLOUR, folder));

            assertThat(plan.trials()).hasSize(2 * plan.runs().size());
            assertThat(plan.trials().stream().map(Trial::id)).doesNotHaveDuplicates();
            assertThat(plan.trials()).allSatisfy(trial -> {
                assertThat(trial.training(KafkaConnection.to("none:1"), folder, 1)
                                .learning()
                                .schedule()
                                .steps())
                        .isPositive();
                assertThat(trial.pairsRead()).isGreaterThanOrEqualTo(trial.run().pairs() / 512 * 512);
            });
        }
    }

    @Test
    void onlyTheRunsThatAreAskedForAreDone() {
        PlannedRun first = run("a", 1_000, "--batch 32");
        PlannedRun second = run("b", 1_000, "--batch 64");
        PlannedRun third = run("c", 1_000, "--batch 128");

        assertThat(asked("c, a", first, second, third).runs()).containsExactly(first, third);
        assertThat(plan(first, second).asked().runs()).containsExactly(first, second);
        assertThatThrownBy(() -> asked("a,d", first, second))
                .isInstanceOf(RefusalException.class)
                .hasMessage("--runs has 'd', but the runs of experiment head are a, b");
    }

    private static ExperimentPlan asked(String names, PlannedRun... runs) {
        ExperimentSettings settings =
                new ExperimentSettings("train.idx", "test.idx", 40_000, 2, 20_000, 10_000, 0, Map.of("runs", names));
        return new ExperimentPlan("head", settings, "", List.of(runs)).asked();
    }

    @Test
    void aPlanSaysThePrecisionThatIsFasterForEachOfItsNetworks() {
        PlannedRun narrow = run("a", 1_000, "--depth 10 --width 0.125 --stem small2 --batch 32");
        PlannedRun usual = run("b", 1_000, UsualTraining.of(128));

        List<PlannedRun> precise = plan(narrow, usual).precisely().runs();

        for (PlannedRun run : List.of(narrow, usual)) {
            String faster = TrainOptions.of(run.train())
                    .precision(Preset.CPU_SMALL, Defaults.PLAIN, 28)
                    .word();
            assertThat(precise).contains(run.trainedBy(run.train() + " --precision " + faster));
        }
        assertThat(precise).hasSize(2);
        assertThat(precise)
                .extracting(PlannedRun::train)
                .allMatch(train -> train.matches(".* --precision (float32|bfloat16)"));
    }

    @Test
    void trialsThatDifferInTrainingAloneReadOneTopic() {
        ExperimentPlan plan = plan(run("a", 1_000, "--batch 32"), run("b", 2_000, "--batch 64"));

        List<Trial> trials = plan.trials();

        assertThat(trials.get(0).views()).isEqualTo(trials.get(1).views());
        assertThat(trials.get(0).views()).isNotEqualTo(trials.get(2).views()); // another seed
        assertThat(trials.stream().map(trial -> trial.views().topic()).distinct())
                .hasSize(2);
    }

    @Test
    void aRunThatIsChangedIsAnotherTrial() {
        Trial before = plan(run("a", 1_000, "--batch 32")).trials().get(0);

        Stream<Trial> changed = Stream.of(run("a", 1_001, "--batch 32"), run("a", 1_000, "--batch 33"))
                .map(run -> plan(run).trials().get(0));

        assertThat(changed.map(Trial::id)).doesNotContain(before.id());
        assertThat(plan(run("a", 1_000, "--batch 32")).trials().get(0).id()).isEqualTo(before.id());
    }

    @Test
    void aRunThatLearnsFromLabelsIsAnotherTrialAndIsReadAgain() {
        PlannedRun views = run("a", 1_000, "--batch-size 32");
        PlannedRun labels = new PlannedRun(
                "a", views.at(), views.recipe(), views.images(), 1_000, views.train(), views.measures(), "", true);
        ExperimentPlan plan = plan(labels);

        plan.write(folder.resolve("plan.json"));

        assertThat(plan.trials().get(0).id())
                .isNotEqualTo(plan(views).trials().get(0).id());
        assertThat(ExperimentPlan.read(folder.resolve("plan.json"))).isEqualTo(plan);
    }

    @Test
    void optionsOfOneExperimentAreKeptWithItsPlan() {
        ExperimentSettings settings =
                new ExperimentSettings("train.idx", "test.idx", 40_000, 1, 20_000, 10_000, 0, Map.of("passes", "5,10"));
        ExperimentPlan plan = new ExperimentPlan("batch", settings, "", List.of(run("a", 1_000, "")));

        plan.write(folder.resolve("plan.json"));

        assertThat(ExperimentPlan.read(folder.resolve("plan.json")).settings()).isEqualTo(settings);
    }

    @Test
    void aPlanThatFitsItsTimeStaysAsItIs() {
        ExperimentPlan plan = plan(run("a", 60_000, "--batch 32"), run("b", 30_000, "--batch 32"));

        // 180,000 pairs at 500 a second, and 4 times 15 seconds, are 7 minutes.
        assertThat(plan.within(Duration.ofMinutes(8), run -> new ExperimentRate(500, 15)))
                .isEqualTo(plan);
    }

    @Test
    void aPlanThatTakesTooLongLosesPairsInProportionAndSaysSo() {
        ExperimentPlan plan = plan(run("a", 60_000, "--batch 32"), run("b", 30_000, "--batch 32"));

        ExperimentPlan less = plan.within(Duration.ofMinutes(4), run -> new ExperimentRate(500, 15));

        // Of 240 s a tenth is kept and 60 are for measuring: 156 s, 78,000 of the 180,000 pairs.
        assertThat(less.runs().stream().map(PlannedRun::pairs)).containsExactly(26_000L, 13_000L);
        assertThat(less.scaled())
                .isEqualTo("each run has 43 % of the pairs asked for, to end within 4 minutes at 500 pairs/s");
        assertThat(less.settings()).isEqualTo(plan.settings());
    }

    @Test
    void aTimeThatLeavesNothingToLearnIsRefusedWithOneThatWouldDo() {
        ExperimentPlan plan = plan(run("a", 60_000, "--batch 32"), run("b", 30_000, "--batch 32"));

        assertThatThrownBy(() -> plan.within(Duration.ofMinutes(1), run -> new ExperimentRate(500, 15)))
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "4 runs do not fit into 1 minutes: at 500 pairs/s and 15 s to measure each, run a would have"
                                + " 0 pairs; give --minutes 8, fewer --seeds, or a plan with fewer runs");
    }

    @Test
    void runsThatCannotBeComparedAreRefused() {
        assertThatThrownBy(() -> plan(run("a", 1_000, ""), run("a", 1_000, "")))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Two runs of the plan are called a; rename one");
        PlannedRun larger =
                new PlannedRun("b", Map.of("k", "v"), "grey,size=32", 300, 1_000, "", List.of(TrialMetric.KNN_H));
        assertThatThrownBy(() -> plan(run("a", 1_000, ""), larger))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Run b has views of 32 pixels and a of 28, but all are measured on the same images; give"
                        + " them one size");
        assertThatThrownBy(() -> plan())
                .isInstanceOf(RefusalException.class)
                .hasMessage("The plan has no runs; list one or more");
    }

    @Test
    void aFileThatIsNoPlanIsRefusedInOneSentence() throws IOException {
        Path file = folder.resolve("plan.json");

        assertThatThrownBy(() -> ExperimentPlan.read(file))
                .isInstanceOf(RefusalException.class)
                .hasMessage("There is no plan " + file + "; check the path");

        plan(run("a", 1_000, "")).write(file);
        String good = Files.readString(file);
        for (String broken : List.of("", "[]", "{}", good.replace("knn-h", "magic"), good.replace("pairs", "pears"))) {
            Files.writeString(file, broken);
            assertThatThrownBy(() -> ExperimentPlan.read(file))
                    .as(broken)
                    .isInstanceOf(RefusalException.class)
                    .hasMessageStartingWith(file + " is no plan: ");
        }
        Files.writeString(file, good.replace("\"grey\"", "\"gray\""));
        assertThatThrownBy(() -> ExperimentPlan.read(file))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("In the plan " + file + ": There is no recipe 'gray'");
        assertThatThrownBy(() ->
                        plan(run("a", 1_000, "--batsch 3")).trials().get(0).pairsRead())
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("--batsch");
    }

    private static ExperimentPlan plan(PlannedRun... runs) {
        return new ExperimentPlan("head", SETTINGS, "", List.of(runs));
    }

    private static PlannedRun run(String name, long pairs, String train) {
        return new PlannedRun(name, Map.of("k", "v"), "grey", 300, pairs, train, List.of(TrialMetric.KNN_H));
    }
}
