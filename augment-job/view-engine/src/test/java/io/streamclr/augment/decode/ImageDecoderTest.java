package io.streamclr.augment.decode;

import static io.streamclr.augment.decode.EncodedSamples.encode;
import static io.streamclr.augment.decode.EncodedSamples.gradient;
import static io.streamclr.augment.decode.EncodedSamples.png;
import static io.streamclr.augment.decode.EncodedSamples.withExif;
import static io.streamclr.augment.decode.EncodedSamples.withSegment;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.record.RejectReason;
import java.awt.Point;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "tiff"})
    void losslessFormatsComeBackAsTheyWere(String format) {
        BufferedImage image = gradient(37, 23, BufferedImage.TYPE_INT_RGB);

        Pixels pixels = decoded(encode(image, format));

        assertThat(pixels).isEqualTo(EncodedSamples.pixels(image));
    }

    @Test
    void aJpegIsCloseToWhatWasWritten() {
        BufferedImage smooth = gradient(64, 48, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 48; y++) {
            for (int x = 0; x < 64; x++) {
                smooth.setRGB(x, y, (smooth.getRGB(x, y) & 0xffff00) | 0x40);
            }
        }

        Pixels pixels = decoded(encode(smooth, "jpg"));

        byte[] expected = EncodedSamples.pixels(smooth).rgb();
        long error = 0;
        for (int i = 0; i < expected.length; i++) {
            error += Math.abs((expected[i] & 0xff) - (pixels.rgb()[i] & 0xff));
        }
        assertThat(error / (double) expected.length).isLessThan(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"P5# straight after\n2 1\n100\n", "P5\n2#within\n1 100 ", "P5 2 1 100# and at the end\n"})
    void aCommentMayStandAnywhereInThePnmHeader(String header) {
        byte[] file = FileBytes.together(FileBytes.text(header), new byte[] {10, '#'});

        assertThat(decoded(file).rgb()).isEqualTo(new byte[] {26, 26, 26, 89, 89, 89});
    }

    @Test
    void aPaletteIsLookedUp() {
        byte[] shades = {0, 80, (byte) 200, (byte) 255};
        IndexColorModel palette = new IndexColorModel(2, 4, shades, new byte[] {9, 9, 9, 9}, shades);
        BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_BYTE_INDEXED, palette);
        for (int x = 0; x < 4; x++) {
            image.getRaster().setSample(x, 0, 0, x);
        }

        Pixels fromPng = decoded(encode(image, "png"));
        Pixels fromGif = decoded(encode(image, "gif"));

        byte[] expected = {0, 9, 0, 80, 9, 80, (byte) 200, 9, (byte) 200, (byte) 255, 9, (byte) 255};
        assertThat(fromPng.rgb()).isEqualTo(expected);
        assertThat(fromGif.rgb()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "tiff", "bmp"})
    void greyIsCopiedToAllChannelsWithoutAGammaCurve(String format) {
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        Arrays.fill(((java.awt.image.DataBufferByte) image.getRaster().getDataBuffer()).getData(), (byte) 100);

        Pixels pixels = decoded(encode(image, format));

        byte[] expected = new byte[3 * 16 * 16];
        Arrays.fill(expected, (byte) 100);
        assertThat(pixels.rgb()).isEqualTo(expected);
    }

    @Test
    void sixteenBitsAreRoundedToEight() {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setSample(0, 0, 0, 65535);
        image.getRaster().setSample(1, 0, 0, 128);
        image.getRaster().setSample(2, 0, 0, 129);

        Pixels pixels = decoded(encode(image, "png"));

        assertThat(pixels.rgb()).isEqualTo(new byte[] {-1, -1, -1, 0, 0, 0, 1, 1, 1});
    }

    @Test
    void whatIsTransparentShowsWhite() {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_4BYTE_ABGR);
        image.setRGB(0, 0, 0x00ff0000);
        image.setRGB(1, 0, 0xff0000ff);
        image.setRGB(2, 0, 0x80000000);

        Pixels pixels = decoded(encode(image, "png"));

        assertThat(pixels.rgb()).isEqualTo(new byte[] {-1, -1, -1, 0, 0, -1, 127, 127, 127});
    }

    @Test
    void aCmykJpegBecomesRgb() throws Exception {
        byte[] adobe = {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0};
        byte[] jpeg = withSegment(cmykJpeg(), 0xEE, adobe);

        Pixels pixels = decoded(jpeg);

        assertThat(pixels.width()).isEqualTo(16);
        assertThat(pixels.rgb()[0] & 0xff).isGreaterThan(180);
        assertThat(pixels.rgb()[1] & 0xff).isLessThan(80);
        assertThat(pixels.rgb()[2] & 0xff).isLessThan(80);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void anExifOrientationPutsTheImageUpright(int orientation) {
        BufferedImage upright = gradient(48, 32, BufferedImage.TYPE_INT_RGB);
        byte[] stored = withExif(encode(asStored(upright, orientation), "jpg"), orientation);

        Pixels pixels = decoded(stored);

        assertThat(pixels.width()).isEqualTo(48);
        assertThat(pixels.height()).isEqualTo(32);
        for (int[] corner : new int[][] {{2, 2}, {45, 2}, {2, 29}, {45, 29}}) {
            int at = 3 * (corner[1] * 48 + corner[0]);
            int expected = upright.getRGB(corner[0], corner[1]);
            assertThat(pixels.rgb()[at] & 0xff).isBetween((expected >> 16 & 0xff) - 40, (expected >> 16 & 0xff) + 40);
            assertThat(pixels.rgb()[at + 1] & 0xff).isBetween((expected >> 8 & 0xff) - 40, (expected >> 8 & 0xff) + 40);
        }
    }

    @Test
    void enormousMetadataChangesNothing() {
        byte[] plain = encode(gradient(20, 20, BufferedImage.TYPE_INT_RGB), "jpg");
        byte[] laden = plain;
        for (int i = 0; i < 40; i++) {
            laden = withSegment(laden, 0xED, new byte[65_000]);
        }

        Pixels pixels = decoded(laden);

        assertThat(pixels).isEqualTo(decoded(plain));
    }

    @Test
    void aSinglePixelIsAnImage() {
        assertThat(decoded(png(1, 1)).rgb()).hasSize(3);
    }

    @Test
    void nothingIsRejectedAsEmpty() {
        assertThat(rejected(new byte[0])).isEqualTo(RejectReason.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html><body>404 Not Found</body></html>", "x", "GIF", "{\"error\":true}"})
    void textIsNotAnImage(String text) {
        assertThat(rejected(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(RejectReason.NOT_AN_IMAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif", "bmp", "tiff"})
    void whatIsCutOffIsBroken(String format) {
        byte[] whole = encode(gradient(60, 60, BufferedImage.TYPE_INT_RGB), format);

        for (int kept : new int[] {whole.length / 3, whole.length / 2, whole.length * 9 / 10}) {
            RejectReason reason = rejected(Arrays.copyOf(whole, kept));

            assertThat(reason)
                    .as("%s cut to %d of %d bytes", format, kept, whole.length)
                    .isIn(RejectReason.BROKEN, RejectReason.NOT_AN_IMAGE);
        }
    }

    @Test
    void everyDamagedByteEndsAsAnImageOrAReject() {
        for (String format : new String[] {"png", "jpg", "gif", "bmp", "tiff"}) {
            byte[] whole = encode(gradient(9, 7, BufferedImage.TYPE_INT_RGB), format);
            for (int at = 0; at < Math.min(whole.length, 200); at++) {
                byte[] damaged = whole.clone();
                damaged[at] ^= (byte) 0xff;

                Decoding outcome = decoder.decode(damaged);

                assertThat(outcome).isNotNull();
            }
        }
    }

    @Test
    void aHeaderThatClaimsGigapixelsIsRejectedBeforeAnythingIsAllocated() {
        byte[] bomb = pngHeader(32_000, 32_000);

        Decoding outcome = decoder.decode(bomb);

        assertThat(outcome)
                .isEqualTo(new Decoding.Rejected(
                        RejectReason.TOO_LARGE, "The image has 32000 x 32000 pixels, allowed are 64000000 pixels"));
    }

    @Test
    void sidesAndBytesHaveLimits() {
        ImageDecoder strict = new ImageDecoder(new DecodeLimits(1_000_000, 100, 8, 50_000));

        assertThat(strict.decode(png(101, 20)))
                .isEqualTo(new Decoding.Rejected(
                        RejectReason.TOO_LARGE, "The image has 101 x 20 pixels, allowed are sides up to 100"));
        assertThat(strict.decode(png(7, 20)))
                .isEqualTo(new Decoding.Rejected(
                        RejectReason.TOO_SMALL, "The image has 7 x 20 pixels, allowed are sides from 8"));
        assertThat(strict.decode(new byte[50_001]))
                .isEqualTo(
                        new Decoding.Rejected(RejectReason.TOO_LARGE, "The image has 50001 bytes, allowed are 50000"));
    }

    @Test
    void readersAreFoundWithoutTheContextClassLoader() throws Exception {
        byte[] jpeg = encode(gradient(20, 20, BufferedImage.TYPE_INT_RGB), "jpg");
        Decoding[] outcome = new Decoding[1];
        Thread worker = new Thread(() -> outcome[0] = new ImageDecoder(DecodeLimits.DEFAULT).decode(jpeg));
        worker.setContextClassLoader(null);

        worker.start();
        worker.join();

        assertThat(outcome[0]).isInstanceOf(Decoding.Decoded.class);
    }

    private Pixels decoded(byte[] encoded) {
        return decoder.decode(encoded).match(Decoding.Decoded::pixels, rejected -> {
            throw new AssertionError(rejected.toString());
        });
    }

    private RejectReason rejected(byte[] encoded) {
        return decoder.decode(encoded)
                .match(
                        decoded -> {
                            throw new AssertionError("became " + decoded.pixels());
                        },
                        Decoding.Rejected::reason);
    }

    /** How a camera stores an upright image so that this orientation undoes it: the table of EXIF 2.3, tag 274. */
    private static BufferedImage asStored(BufferedImage upright, int orientation) {
        int w = upright.getWidth();
        int h = upright.getHeight();
        BufferedImage stored = orientation < 5
                ? new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB)
                : new BufferedImage(h, w, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int colour = upright.getRGB(x, y);
                switch (orientation) {
                    case 1 -> stored.setRGB(x, y, colour);
                    case 2 -> stored.setRGB(w - 1 - x, y, colour);
                    case 3 -> stored.setRGB(w - 1 - x, h - 1 - y, colour);
                    case 4 -> stored.setRGB(x, h - 1 - y, colour);
                    case 5 -> stored.setRGB(y, x, colour);
                    case 6 -> stored.setRGB(y, w - 1 - x, colour);
                    case 7 -> stored.setRGB(h - 1 - y, w - 1 - x, colour);
                    default -> stored.setRGB(h - 1 - y, x, colour);
                }
            }
        }
        return stored;
    }

    private static byte[] pngHeader(int width, int height) {
        ByteBuffer header = ByteBuffer.allocate(33);
        header.putLong(0x89504E470D0A1A0AL).putInt(13).put("IHDR".getBytes(StandardCharsets.US_ASCII));
        header.putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0});
        CRC32 crc = new CRC32();
        crc.update(header.array(), 12, 17);
        return header.putInt((int) crc.getValue()).array();
    }

    /** Four channels without a word on what they are; Adobe's marker makes them inverted CMYK, which is red here. */
    private static byte[] cmykJpeg() throws Exception {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, new Point());
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                raster.setPixel(x, y, new int[] {255, 0, 0, 255});
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpeg");
        ImageWriter writer = writers.next();
        while (!writer.getClass().getName().startsWith("com.sun.")) {
            writer = writers.next();
        }
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, null), null);
        }
        return bytes.toByteArray();
    }
}
