package io.streamclr.ingest.likeness;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class EncodedPictureTest {

    @Test
    void aPictureThatIsScaledAndCompressedStaysNear() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            BufferedImage picture = landscape(seed, 640, 480);

            long original = EncodedPicture.hash(encoded(picture, "png")).orElseThrow();
            long compressed = EncodedPicture.hash(encoded(picture, "jpg")).orElseThrow();
            long small = EncodedPicture.hash(encoded(scaled(picture, 333, 250), "jpg"))
                    .orElseThrow();

            assertThat(Long.bitCount(original ^ compressed)).isLessThanOrEqualTo(4);
            assertThat(Long.bitCount(original ^ small)).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void otherPicturesAreFar() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            long one = EncodedPicture.hash(encoded(landscape(seed, 200, 200), "png"))
                    .orElseThrow();
            long other = EncodedPicture.hash(encoded(landscape(seed + 100, 200, 200), "png"))
                    .orElseThrow();

            assertThat(Long.bitCount(one ^ other)).isGreaterThan(11);
        }
    }

    @Test
    void everyBitSaysWhetherItsCellIsBrighterThanTheNext() {
        BufferedImage falling = new BufferedImage(9, 8, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 9; x++) {
                falling.getRaster().setSample(x, y, 0, y == 7 ? 20 * x : 200 - 20 * x);
            }
        }

        assertThat(EncodedPicture.hash(falling)).hasValue(0xffff_ffff_ffff_ff00L);
    }

    @Test
    void whatIsTooPlainToTellHasNone() throws IOException {
        assertThat(EncodedPicture.hash(encoded(new BufferedImage(100, 100, BufferedImage.TYPE_INT_RGB), "png")))
                .isEqualTo(OptionalLong.empty());
    }

    @Test
    void hostileBytesHaveNone() throws IOException {
        byte[] png = encoded(landscape(1, 100, 100), "png");
        png[16] = 0x7f; // two billion pixels wide
        byte[] noise = new byte[1000];
        new Random(2).nextBytes(noise);

        assertThat(EncodedPicture.hash(png)).isEmpty();
        assertThat(EncodedPicture.hash(noise)).isEmpty();
        assertThat(EncodedPicture.hash(new byte[0])).isEmpty();
    }

    /** Coarse random shapes, as pictures have. */
    private static BufferedImage landscape(int seed, int width, int height) {
        Random random = new Random(seed);
        BufferedImage coarse = new BufferedImage(12, 12, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 144; i++) {
            coarse.setRGB(i % 12, i / 12, random.nextInt(1 << 24));
        }
        return scaled(coarse, width, height);
    }

    private static BufferedImage scaled(BufferedImage picture, int width, int height) {
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = scaled.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(picture, 0, 0, width, height, null);
        graphics.dispose();
        return scaled;
    }

    private static byte[] encoded(BufferedImage picture, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, format, bytes);
        return bytes.toByteArray();
    }
}
