package io.streamclr.local.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseRecipeTest {

    @TempDir
    private Path folder;

    @Test
    void imagesWithoutColoursAreDrawnByGreyWhateverTheirSize() throws IOException {
        assertThat(BaseRecipe.of(ColouredImages.grey(folder.resolve("usual"), 6, 28)))
                .isEqualTo(BaseRecipe.GREY);
        assertThat(BaseRecipe.of(ColouredImages.grey(folder.resolve("larger"), 6, 50)))
                .isEqualTo(BaseRecipe.GREY);
    }

    @Test
    void imagesInColourAreDrawnByCifarAtTheirSizeUpTo64Pixels() throws IOException {
        assertThat(BaseRecipe.of(ColouredImages.coloured(folder.resolve("cifar"), 6, 32)))
                .isEqualTo(new BaseRecipe("cifar", true));
        assertThat(BaseRecipe.of(ColouredImages.coloured(folder.resolve("stl"), 6, 48)))
                .isEqualTo(new BaseRecipe("cifar,size=48", true));
        assertThat(BaseRecipe.of(ColouredImages.coloured(folder.resolve("large"), 6, 100)))
                .isEqualTo(new BaseRecipe("cifar,size=64", true));
    }

    @Test
    void someImagesInColourAreEnough() throws IOException {
        ColouredImages.grey(folder.resolve("mixed"), 6, 32);
        Files.move(
                ColouredImages.coloured(folder.resolve("one"), 1, 32).resolve("class0/0.png"),
                folder.resolve("mixed/class0/coloured.png"));

        assertThat(BaseRecipe.of(folder.resolve("mixed")).coloured()).isTrue();
    }

    @Test
    void imagesThatNobodyCanDecodeAreRefused() throws IOException {
        Path broken = Files.createDirectories(folder.resolve("broken"));
        Files.write(broken.resolve("a.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});

        assertThatThrownBy(() -> BaseRecipe.of(broken))
                .isInstanceOf(RefusalException.class)
                .hasMessage("None of the first images under " + broken + " can be decoded; give other --data");
    }
}
