package io.streamclr.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.identity.ImageId;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredPngTest {

    @ParameterizedTest
    @CsvSource({"28, 28", "1, 1", "1, 300", "500, 131", "255, 257"}) // the last two need more than one stored block
    void everyPixelComesBack(int width, int height) throws Exception {
        byte[] pixels = new byte[width * height];
        new Random(1).nextBytes(pixels);

        BufferedImage read = ImageIO.read(new ByteArrayInputStream(StoredPng.grey(pixels, width, height)));

        assertThat(read.getWidth()).isEqualTo(width);
        assertThat(read.getHeight()).isEqualTo(height);
        assertThat(read.getType()).isEqualTo(BufferedImage.TYPE_BYTE_GRAY);
        assertThat((byte[]) read.getRaster().getDataElements(0, 0, width, height, null))
                .isEqualTo(pixels);
    }

    @Test
    void coloursComeBackToo() throws Exception {
        byte[] pixels = new byte[40 * 30 * 3];
        new Random(2).nextBytes(pixels);

        BufferedImage read = ImageIO.read(new ByteArrayInputStream(StoredPng.rgb(pixels, 40, 30)));

        assertThat(read.getRaster().getPixels(0, 0, 40, 30, (int[]) null))
                .hasSize(pixels.length)
                .satisfies(samples -> {
                    for (int i = 0; i < pixels.length; i++) {
                        assertThat(samples[i]).isEqualTo(pixels[i] & 0xff);
                    }
                });
    }

    @Test
    void theBytesAreTheSameOnEveryMachine() {
        byte[] pixels = new byte[28 * 28];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 7);
        }

        byte[] png = StoredPng.grey(pixels, 28, 28);

        assertThat(png).hasSize(880);
        assertThat(ImageId.of(png)).hasToString("8f2c9b292ad3db079862126e45b6921b");
    }
}
