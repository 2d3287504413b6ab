package io.streamclr.ingest.likeness;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    void aVeryLongPictureIsKnownByItsSmallerSelf() throws IOException {
        BufferedImage panorama = landscape(3, 20_000, 300);
        BufferedImage tower = landscape(4, 300, 20_000);

        assertThat(distance(panorama, scaled(panorama, 2_000, 300))).isLessThanOrEqualTo(4);
        assertThat(distance(tower, scaled(tower, 300, 2_000))).isLessThanOrEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"50000, 256", "256, 50000", "10000000, 1"})
    void aHeaderOfAVeryLongPictureTakesLittleMemory(int width, int height) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(encoded(landscape(1, 100, 100), "png"), 0, 8);
        chunk(
                png,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put(new byte[] {16, 6, 0, 0, 0}) // red, green, blue and alpha of 16 bits
                        .array());
        chunk(png, "IDAT", new byte[100]);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        assertThat(EncodedPicture.hash(png.toByteArray())).isEmpty();

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64 << 20);
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] content) {
        byte[] checked = ByteBuffer.allocate(4 + content.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .array();
        CRC32 check = new CRC32();
        check.update(checked);
        png.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        png.writeBytes(checked);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) check.getValue()).array());
    }

    private static int distance(BufferedImage one, BufferedImage other) throws IOException {
        return Long.bitCount(EncodedPicture.hash(encoded(one, "png")).orElseThrow()
                ^ EncodedPicture.hash(encoded(other, "png")).orElseThrow());
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
