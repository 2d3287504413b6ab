package io.streamclr.local.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.augment.view.Recipe;
import io.streamclr.console.probe.ImageSet;
import io.streamclr.console.screen.Status;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.run.FirstEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialProbesTest {

    private static final String RECIPE = "cifar,size=8";
    private static final String UNCHANGED = RECIPE + ",crop=off,flip=off,jitter=off,grey=off";
    private static final String TRAIN = "--width 0.0625 --stem small2 --batch-size 16 --head-layers 0";

    @TempDir
    private Path folder;

    private ImageSet train;
    private ImageSet test;

    @BeforeEach
    void writeImages() throws IOException {
        train = read(ColouredImages.coloured(folder.resolve("train"), 60, 8), RECIPE);
        test = read(ColouredImages.coloured(folder.resolve("test"), 60, 8), RECIPE);
    }

    private static ImageSet read(Path place, String recipe) {
        return ImageSet.read(place, Recipe.parse(recipe), OptionalLong.empty(), 1_000);
    }

    private Trial trial(int images, boolean supervised) {
        ExperimentSettings settings = new ExperimentSettings(
                folder.resolve("train").toString(), folder.resolve("test").toString(), 1_000, 1, 100, 100, 0);
        PlannedRun run = new PlannedRun(
                "a", Map.of(), RECIPE, images, 1_000, TRAIN, List.of(TrialMetric.LINEAR_H), "", supervised);
        return new Trial(run, 1, settings);
    }

    private double contrastive(TrialProbes probes) {
        Path encoder = FirstEncoder.writeUntrained(
                trial(60, false).training(KafkaConnection.to("none:1"), folder, 1), folder.resolve("encoder"));
        return probes.encoder(encoder, List.of(TrialMetric.CONTRASTIVE_Z), () -> false)
                .get(TrialMetric.CONTRASTIVE_Z);
    }

    @Test
    void aViewFindsTheOtherOfItsImageAlwaysWhereNothingIsChangedAndSeldomAcrossCropAndJitter() {
        TrialProbes unchanged = new TrialProbes(train, test, 1);
        unchanged.withViews(test, Recipe.parse(UNCHANGED));
        TrialProbes changed = new TrialProbes(train, test, 1);
        changed.withViews(test, Recipe.parse(RECIPE));

        assertThat(contrastive(unchanged)).isEqualTo(1);
        assertThat(contrastive(changed)).isLessThan(0.9);
    }

    @Test
    void anotherDataSetIsMeasuredByItsOwnLabels() throws IOException {
        TrialProbes probes = new TrialProbes(train, test, 1);
        probes.withOther(
                read(ColouredImages.labelled(folder.resolve("labelled"), 60, 8), RECIPE),
                read(ColouredImages.labelled(folder.resolve("asked"), 30, 8), RECIPE));

        Map<TrialMetric, Double> figures = probes.pixels(
                List.of(TrialMetric.KNN_H, TrialMetric.OTHER_LINEAR_H, TrialMetric.OTHER_KNN_H), () -> false);

        assertThat(figures.get(TrialMetric.OTHER_LINEAR_H)).isEqualTo(1);
        assertThat(figures.get(TrialMetric.OTHER_KNN_H)).isEqualTo(1);
        assertThat(figures.get(TrialMetric.KNN_H)).isLessThan(0.8); // classes that colours do not tell
    }

    @Test
    void aMeasureOnADataSetThatThePlanDoesNotNameIsRefused() {
        TrialProbes probes = new TrialProbes(train, test, 1);

        assertThatThrownBy(() -> probes.pixels(List.of(TrialMetric.OTHER_KNN_H), () -> false))
                .isInstanceOf(RefusalException.class)
                .hasMessage("A run is to be measured by other-knn-h, but the plan names no other data set; take that"
                        + " measure away");
    }

    @Test
    void aRunFromLabelsThatIsStoppedLeavesNothingAndOneWithTooFewImagesIsRefused() {
        Status silent = new Status(new PrintStream(OutputStream.nullOutputStream()), false);

        assertThat(new SupervisedTraining(trial(60, true), 1, silent).run(folder.resolve("stopped"), () -> true))
                .isEmpty();
        assertThat(folder.resolve("stopped")).doesNotExist();
        assertThatThrownBy(() ->
                        new SupervisedTraining(trial(61, true), 1, silent).run(folder.resolve("stopped"), () -> false))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Run a is to learn from 61 images, but " + folder.resolve("train")
                        + " holds 60; give --images and --measured of at most that");
    }
}
