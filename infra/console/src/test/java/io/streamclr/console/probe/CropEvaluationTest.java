package io.streamclr.console.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.view.Recipe;
import io.streamclr.console.probe.ImageSet.Extra;
import io.streamclr.trainer.classify.CropPlan;
import io.streamclr.trainer.torch.Torch;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CropEvaluationTest {

    private static final int SIDE = 8;
    private static final Recipe RECIPE = Recipe.parse("cifar,size=" + SIDE);

    @TempDir
    private Path folder;

    @Test
    void coloursThatNoCropChangesAreLearnedWithSomeOfTheLabels() throws IOException {
        List<String> said = new ArrayList<>();
        ImageSet known =
                ImageSet.read(colours("train", 60, 1), RECIPE, OptionalLong.empty(), 1000, Set.of(Extra.ENCODED));
        ImageSet asked =
                ImageSet.read(colours("test", 20, 2), RECIPE, OptionalLong.empty(), 1000, Set.of(Extra.CENTRES));
        Look pixels = Look.pixels(SIDE);

        Scores scores;
        Scores again;
        try (Torch torch = Torch.open(1);
                ProbeProgress progress = new ProbeProgress(said::add, Optional.empty());
                CropEvaluation crops =
                        new CropEvaluation(torch, known, asked, RECIPE, seed -> new CropPlan(40, 30, seed), progress)) {
            scores = crops.measure("raw pixels", pixels, LabelShare.parse("50%"), 1);
            again = crops.measure("raw pixels", pixels, LabelShare.parse("50%"), 1);
        }

        assertThat(scores.of(Measure.SIMCLR_TOP_1)).hasValue(1);
        assertThat(scores.of(Measure.SIMCLR_TOP_5)).hasValue(1);
        assertThat(again).isEqualTo(scores);
        assertThat(said.get(0))
                .startsWith("probing: ")
                .endsWith(", SimCLR evaluation with 50% of the labels, seed 1: raw pixels");
    }

    /** Pictures of one colour each, of varied sizes; three classes: red, green and blue. */
    private Path colours(String name, int each, long seed) throws IOException {
        Random random = new Random(seed);
        for (int colour = 0; colour < 3; colour++) {
            Path inside = Files.createDirectories(folder.resolve(name).resolve("colour" + colour));
            for (int i = 0; i < each; i++) {
                BufferedImage picture = new BufferedImage(
                        SIDE + random.nextInt(SIDE), SIDE + random.nextInt(SIDE), BufferedImage.TYPE_INT_RGB);
                int rgb = (random.nextInt(60) << 16 | random.nextInt(60) << 8 | random.nextInt(60))
                        + (150 << (8 * colour));
                for (int y = 0; y < picture.getHeight(); y++) {
                    for (int x = 0; x < picture.getWidth(); x++) {
                        picture.setRGB(x, y, rgb);
                    }
                }
                ImageIO.write(picture, "png", inside.resolve(i + ".png").toFile());
            }
        }
        return folder.resolve(name);
    }
}
