package io.streamclr.console.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.trainer.encoder.MiddleSquare;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class CropsTest {

    private static final int SIDE = 16;
    private static final Recipe RECIPE = Recipe.parse("cifar,size=" + SIDE);

    private static byte[] png(int width, int height, Painter painter) throws IOException {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, painter.colour(x, y));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", bytes);
        return bytes.toByteArray();
    }

    private interface Painter {
        int colour(int x, int y);
    }

    @Test
    void coloursStayAsTheyAre() throws IOException {
        try (Crops crops = new Crops(List.of(png(40, 30, (x, y) -> 0x336699)), RECIPE)) {
            ByteBuffer shown = crops.of(new int[] {0, 0}, 1, 1);

            assertThat(shown.remaining()).isEqualTo(2 * 3 * SIDE * SIDE);
            for (int i = 0; i < shown.limit(); i += 3) {
                assertThat(List.of(shown.get(i) & 0xff, shown.get(i + 1) & 0xff, shown.get(i + 2) & 0xff))
                        .containsExactly(0x33, 0x66, 0x99);
            }
        }
    }

    @Test
    void eachStepShowsOtherCropsAndTheSameOnesAgain() throws IOException {
        Random random = new Random(1);
        List<byte[]> images =
                List.of(png(40, 30, (x, y) -> random.nextInt(1 << 24)), png(20, 50, (x, y) -> random.nextInt(1 << 24)));
        int[] order = IntStream.range(0, 64).map(i -> i % 2).toArray();
        try (Crops crops = new Crops(images, RECIPE)) {
            ByteBuffer first = crops.of(order, 5, 1);

            assertThat(crops.of(order, 5, 1)).isEqualTo(first);
            assertThat(crops.of(order, 5, 2)).isNotEqualTo(first);
            assertThat(crops.of(order, 6, 1)).isNotEqualTo(first);
            assertThat(crops.of(new int[] {1}, 5, 1))
                    .as("an image's crop does not depend on the others")
                    .isEqualTo(first.slice(3 * SIDE * SIDE, 3 * SIDE * SIDE));
        }
    }

    @Test
    void theCentreOfALargeImageIsSevenEighthsOfItAndASmallOneIsWhole() throws IOException {
        byte[] framed = png(64, 64, (x, y) -> Math.min(Math.min(x, 63 - x), Math.min(y, 63 - y)) < 4 ? 0xff0000 : 0xff);
        MiddleSquare square = new MiddleSquare(RECIPE);
        MiddleSquare small = new MiddleSquare(RECIPE.with("size", "64"));

        Pixels image = RECIPE.imageDecoder(DecodeLimits.DEFAULT)
                .decode(framed)
                .match(Decoding.Decoded::pixels, rejected -> {
                    throw new AssertionError(rejected.detail());
                });

        byte[] centre = square.centreOf(image);
        for (int i = 0; i < centre.length; i += 3) {
            assertThat(centre[i]).as("red of pixel %d", i / 3).isZero();
        }
        assertThat(square.of(image)[0] & 0xff).as("red of the corner").isGreaterThan(100);
        assertThat(small.centreOf(image)).isEqualTo(small.of(image));
    }
}
