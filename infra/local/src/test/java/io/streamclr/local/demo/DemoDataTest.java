package io.streamclr.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.augment.view.Recipe;
import io.streamclr.console.screen.Status;
import io.streamclr.ingest.classes.Labels;
import io.streamclr.local.dataset.SampledImages;
import io.streamclr.schemas.RefusalException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoDataTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true | 32 | cifar",
                "true | 64 | cifar,size=64",
                "true | 65 | imagenet,size=48",
                "false | 28 | grey",
                "false | 3 | grey,size=8",
                "false | 500 | imagenet,size=48"
            })
    void viewsFollowTheSizeAndTheColoursOfTheImages(boolean coloured, int side, String recipe) {
        assertThat(Recipe.parse(DemoData.recipe(new SampledImages(coloured, side)))
                        .fingerprint())
                .isEqualTo(Recipe.parse(recipe).fingerprint());
    }

    @Test
    void smallImagesOfTheUsersAreShownAsTheyAreInLargerBlocks() throws IOException {
        DemoData small = DemoData.own(images("small", 24), Optional.empty(), Labels.AUTO, status());
        DemoData large = DemoData.own(images("large", 80), Optional.empty(), Labels.AUTO, status());

        assertThat(small.recipe()).isEqualTo("cifar,size=24");
        assertThat(small.small()).isTrue();
        assertThat(large.recipe()).isEqualTo("imagenet,size=48");
        assertThat(large.small()).isFalse();
    }

    @Test
    void aPlaceThatIsNotThereIsRefused() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> DemoData.own(folder, Optional.of(missing), Labels.AUTO, status()))
                .isInstanceOf(RefusalException.class)
                .hasMessage("There is no folder or file " + missing
                        + "; check the path, or name a data set: fashion-mnist or cifar10");
    }

    @Test
    void whatImagesOfTheUsersAreLikeIsSaid() throws IOException {
        Path images = images("small", 24);

        DemoData.own(images, Optional.empty(), Labels.AUTO, status());

        assertThat(said.toString(StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines("data set   " + images
                        + ": images of about 24 pixels, in colour, to learn from, and some of them to measure on");
    }

    private Status status() {
        return new Status(new PrintStream(said, true, StandardCharsets.UTF_8), false);
    }

    private Path images(String name, int side) throws IOException {
        Path images = Files.createDirectories(folder.resolve(name));
        for (int i = 0; i < 3; i++) {
            BufferedImage image = new BufferedImage(side, side + i, BufferedImage.TYPE_INT_RGB);
            image.setRGB(i, i, 0xff0000);
            ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
        }
        return images;
    }
}
