package io.streamclr.local.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.augment.view.Recipe;
import io.streamclr.console.chart.ChartFolder;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.command.TrainOptions;
import io.streamclr.trainer.model.VisionTransformer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which runs answer a question. */
class PlannedRunsTest {

    private static final BaseRecipe COLOUR = new BaseRecipe("cifar", true);

    @TempDir
    private Path folder;

    private static ExperimentSettings settings(Map<String, String> own) {
        return new ExperimentSettings("train", "test", 40_000, 2, 20_000, 10_000, 0, own);
    }

    private List<PlannedRun> runs(Experiment experiment, Map<String, String> own, BaseRecipe base) {
        return experiment.runs(settings(own), base, folder);
    }

    @Test
    void inColourEachOperationIsAloneAndInEveryPairThatIsAnotherRecipe() {
        List<PlannedRun> runs = runs(new AugmentationsExperiment(), Map.of(), COLOUR);

        assertThat(runs)
                .hasSize(52); // 10 alone and 45 pairs, but for those of jitter, its two parts, and both of these
        assertThat(runs.stream().map(run -> Recipe.parse(run.recipe()))).doesNotHaveDuplicates();
        assertThat(runs.stream().map(PlannedRun::name))
                .contains("hue", "crop-appearance", "greyscale-blur")
                .doesNotContain("jitter-hue", "jitter-appearance", "appearance-hue");
    }

    @Test
    void anOperationChangesWhatItIsForAndNothingElse() {
        List<PlannedRun> runs =
                runs(new AugmentationsExperiment(), Map.of("operations", "appearance, hue,greyscale"), COLOUR);

        String none = "cifar,crop=off,flip=off,jitter=off,grey=off";
        assertThat(runs.stream().map(PlannedRun::name))
                .containsExactly(
                        "appearance", "appearance-hue", "appearance-greyscale", "hue", "hue-greyscale", "greyscale");
        assertThat(Recipe.parse(runs.get(0).recipe()))
                .isEqualTo(Recipe.parse("cifar,crop=off,flip=off,grey=off,hue=off"));
        assertThat(Recipe.parse(runs.get(1).recipe())).isEqualTo(Recipe.parse("cifar,crop=off,flip=off,grey=off"));
        assertThat(Recipe.parse(runs.get(3).recipe()))
                .isEqualTo(Recipe.parse("cifar,crop=off,flip=off,grey=off,brightness=off,contrast=off,saturation=off"));
        assertThat(Recipe.parse(runs.get(5).recipe())).isEqualTo(Recipe.parse(none + ",grey.p=0.5"));
    }

    @Test
    void operationsThatWouldChangeNothingAreRefused() {
        assertThatThrownBy(() -> runs(new AugmentationsExperiment(), Map.of("operations", "crop,hue"), BaseRecipe.GREY))
                .isInstanceOf(RefusalException.class)
                .hasMessage("--operations has 'hue', but of images without colours it takes crop, flip, jitter, blur,"
                        + " cutout, rotation, solarize");
        assertThatThrownBy(() -> runs(new AugmentationsExperiment(), Map.of("operations", "sobel"), COLOUR))
                .isInstanceOf(RefusalException.class)
                .hasMessage("--operations has 'sobel', but it takes crop, flip, jitter, appearance, hue, greyscale,"
                        + " blur, cutout, rotation, solarize");
    }

    @Test
    void everyExperimentDrawsViewsOfTheImagesItHas() {
        BaseRecipe base = new BaseRecipe("cifar,size=48", true);

        for (Experiment experiment :
                List.of(new HeadExperiment(), new BatchExperiment(), new NetworkExperiment(), new LossExperiment())) {
            assertThat(runs(experiment, Map.of(), base))
                    .as(experiment.name())
                    .allSatisfy(run -> assertThat(run.recipe()).startsWith("cifar,size=48"));
        }
    }

    @Test
    void lengthsInPassesGiveEachBatchSizeAsManyPairs() {
        List<PlannedRun> runs = runs(new BatchExperiment(), Map.of("passes", "1,20"), COLOUR);

        assertThat(runs).hasSize(10);
        assertThat(runs.get(0).at()).isEqualTo(Map.of("setting", "root", "batch", "32", "length", "1 pass"));
        assertThat(runs.get(9).at()).isEqualTo(Map.of("setting", "root", "batch", "512", "length", "20 passes"));
        assertThat(runs.get(9).pairs()).isEqualTo(20 * 20_000);
        assertThat(runs).allSatisfy(run -> assertThat(run.train()).contains("--scaling sqrt"));
        assertThatThrownBy(() -> runs(new BatchExperiment(), Map.of("passes", "5,ten"), COLOUR))
                .isInstanceOf(RefusalException.class)
                .hasMessage("--passes has 'ten', but takes whole numbers from 1 to 10000, separated by commas");
    }

    @Test
    void everyNetworkHasATwinThatLearnsAsManyStepsFromTheLabelsOfTheProbe() {
        List<PlannedRun> runs = runs(new NetworkExperiment(), Map.of("channels", "8,64", "depths", "18,50"), COLOUR);

        assertThat(runs.stream().map(PlannedRun::name))
                .containsExactly(
                        "resnet18-8",
                        "resnet18-8-supervised",
                        "resnet18-64",
                        "resnet18-64-supervised",
                        "resnet50-8",
                        "resnet50-8-supervised",
                        "resnet50-64",
                        "resnet50-64-supervised");
        // torchvision's 11,176,512 and 23,508,032 have a first layer of 7x7.
        assertThat(runs.get(2).at().get("parameters")).isEqualTo("11,168,832");
        assertThat(runs.get(6).at().get("parameters")).isEqualTo("23,500,352");
        for (int twin = 1; twin < runs.size(); twin += 2) {
            PlannedRun views = runs.get(twin - 1);
            PlannedRun labels = runs.get(twin);
            assertThat(labels.supervised()).isTrue();
            assertThat(labels.images()).isEqualTo(10_000);
            assertThat(new Trial(labels, 1, settings(Map.of())).steps())
                    .isEqualTo(new Trial(views, 1, settings(Map.of())).steps());
            assertThat(labels.measures()).contains(TrialMetric.SUPERVISED);
        }
        assertThat(runs(new NetworkExperiment(), Map.of(), COLOUR)).hasSize(24);
        assertThatThrownBy(() -> runs(new NetworkExperiment(), Map.of("depths", "20"), COLOUR))
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "A ResNet of depth 20 is not known; known are 10, 18, 34, 50, 101, 152; give other --depths");
    }

    @Test
    void aTrialOfAVitIsForViewsOfTheSizeOfItsRecipe() {
        PlannedRun usual = runs(new LossExperiment(), Map.of(), new BaseRecipe("cifar,size=48", true))
                .get(0);
        PlannedRun vit = new PlannedRun(
                "vit",
                usual.at(),
                usual.recipe(),
                usual.images(),
                usual.pairs(),
                "--backbone vit-tiny --patch 8",
                usual.measures());

        assertThat(new Trial(vit, 1, settings(Map.of()))
                        .training(KafkaConnection.to("none:1"), Path.of(""), 1)
                        .learning()
                        .network()
                        .backbone())
                .isEqualTo(new VisionTransformer(12, 192, 8, 48, false));
    }

    @Test
    void lossesDifferInLossAndTemperatureAlone() {
        List<PlannedRun> runs = runs(new LossExperiment(), Map.of(), COLOUR);

        Set<String> trainings = new LinkedHashSet<>();
        for (PlannedRun run : runs) {
            assertThat(run.train())
                    .startsWith("--depth 10 --width 0.25 --stem small2 --temperature "
                            + run.at().get("temperature") + " ");
            assertThat(TrainOptions.of(run.train()).batching().pairs()).isEqualTo(128);
            trainings.add(run.train());
        }
        assertThat(trainings).hasSize(14);
        assertThat(runs.get(1).train()).isEqualTo(UsualTraining.of(128));
        assertThat(runs.stream().map(PlannedRun::name))
                .startsWith("nt-xent-0.05", "nt-xent-0.1", "nt-xent-0.5", "nt-xent-1", "dcl-0.1")
                .contains("near-masked-0.5");
    }

    @Test
    void aTransferLearnsFromBothDataSetsAndMeasuresBothAtOneSize() throws IOException {
        Path other = ColouredImages.grey(folder.resolve("digits"), 6, 28);
        Map<String, String> own = Map.of("other", other.toString(), "other-test", "elsewhere");
        ExperimentSettings settings = settings(own);
        Experiment transfer = new TransferExperiment();

        ExperimentPlan plan =
                new ExperimentPlan(transfer.name(), settings, "", transfer.runs(settings, COLOUR, folder));

        assertThat(plan.runs().stream().map(PlannedRun::recipe))
                .containsExactly("cifar", "cifar", "grey,size=32", "grey,size=32");
        assertThat(plan.runs().stream().map(run -> run.at().get("learned from")))
                .containsExactly("first: train", "first: train", "other: digits", "other: digits");
        assertThat(plan.runs().stream().map(PlannedRun::supervised)).containsExactly(false, true, false, true);
        assertThat(settings.testOf("train")).isEqualTo("test");
        assertThat(settings.testOf(other.toString())).isEqualTo("elsewhere");
        Trial here = plan.trials().get(0);
        Trial elsewhere =
                new Trial(here.run(), 1, settings(Map.of("other", other.toString(), "other-test", "somewhere")));
        assertThat(elsewhere.id()).isNotEqualTo(here.id());
        assertThat(elsewhere.floor()).isNotEqualTo(here.floor());
        assertThatThrownBy(() -> transfer.runs(settings(Map.of()), COLOUR, folder))
                .isInstanceOf(RefusalException.class)
                .hasMessage("A transfer is from one data set to another; give them with --other and --other-test");
    }

    @Test
    void aTransfersChartHasTheFloorsAndEveryEncoder() throws IOException {
        Path other = ColouredImages.coloured(folder.resolve("birds"), 6, 32);
        ExperimentSettings settings = settings(Map.of("other", other.toString(), "other-test", other.toString()));
        Experiment transfer = new TransferExperiment();
        ExperimentPlan plan =
                new ExperimentPlan(transfer.name(), settings, "", transfer.runs(settings, COLOUR, folder));
        Map<TrialMetric, Double> figures = Map.of(TrialMetric.LINEAR_H, 0.625, TrialMetric.OTHER_LINEAR_H, 0.375);
        List<Result> floors = List.of(new Result("pixels", "raw pixels", 1, 0, 0, 0, figures, ""));
        List<Result> results = List.of(
                new Result("a", "first-self-supervised", 1, 1, 1, 1, figures, ""),
                new Result("b", "other-supervised", 1, 1, 1, 1, Map.of(TrialMetric.LINEAR_H, 0.25), ""));

        transfer.draw(new Outcome(plan, floors, results), ChartFolder.at(folder.resolve("charts")));

        assertThat(folder.resolve("charts/transfer.svg"))
                .content()
                .contains("columns, measured on: first, other")
                .contains("raw pixels: 62.5 37.5")
                .contains("self-supervised, first: train: 62.5 37.5")
                .contains("supervised, other: birds: 25.0 -");
    }
}
