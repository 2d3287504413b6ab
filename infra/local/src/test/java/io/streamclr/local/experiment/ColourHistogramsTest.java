package io.streamclr.local.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.console.chart.ChartFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColourHistogramsTest {

    @TempDir
    private Path folder;

    @Test
    void anImageIsCountedChannelByChannelInStepsOfEight() {
        byte[] image = {0, 8, (byte) 255, 7, 8, (byte) 248, 0, 15, (byte) 255, 64, 8, 0};

        double[] histogram = ColourHistograms.histogram(ByteBuffer.wrap(image));

        double[] expected = new double[96];
        expected[0] = 0.75; // red 0, 7, 0
        expected[8] = 0.25; // red 64
        expected[32 + 1] = 1; // green 8 to 15
        expected[64 + 31] = 0.75; // blue 248 and above
        expected[64] = 0.25;
        assertThat(histogram).containsExactly(expected, within(1e-12));
    }

    @Test
    void cropsOfImagesOfOneColourEachAreToldByItUntilTheyAreJittered() throws IOException {
        Path images = ColouredImages.coloured(folder.resolve("images"), 40, 16);

        ColourHistograms colours = ColourHistograms.of(images, BaseRecipe.of(images));

        assertThat(colours.count()).isEqualTo(40);
        assertThat(colours.plain()).isGreaterThan(0.9);
        assertThat(colours.jittered()).isLessThan(colours.plain() - 0.2);
        assertThat(colours.sentence()).contains("of 40 crops");
    }

    @Test
    void aChartOfEachOfTwoImagesComparesTwoCropsWithAndWithoutJitter() throws IOException {
        Path images = ColouredImages.coloured(folder.resolve("images"), 3, 16);
        ExperimentSettings settings =
                new ExperimentSettings(images.toString(), images.toString(), 1_000, 1, 100, 100, 0);
        Experiment augmentations = new AugmentationsExperiment();
        ExperimentPlan plan = new ExperimentPlan(
                augmentations.name(), settings, "", augmentations.runs(settings, BaseRecipe.of(images), folder));

        String seen = augmentations
                .illustrate(plan, ChartFolder.at(folder.resolve("charts")))
                .orElseThrow();

        assertThat(seen).startsWith("by colours alone, ");
        for (String file : List.of("augmentations-colours-1.svg", "augmentations-colours-2.svg")) {
            assertThat(folder.resolve("charts").resolve(file)).content().contains("crop 1 (", "crop 2, jitter (");
        }
        double[] shares = ColourHistograms.of(images, BaseRecipe.of(images)).charts().get(0).curves().stream()
                .mapToDouble(curve -> curve.points().stream()
                        .mapToDouble(point -> point.mean())
                        .sum())
                .toArray();
        assertThat(shares).containsExactly(Arrays.stream(shares).map(any -> 100).toArray(), within(1e-9));
    }
}
