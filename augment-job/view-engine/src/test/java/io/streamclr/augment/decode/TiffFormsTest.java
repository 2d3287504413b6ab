package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.streamclr.schemas.record.RejectReason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forms of TIFF that nobody reads here are distinguished from broken files, by a sentence that names them. */
class TiffFormsTest {

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);

    @ParameterizedTest
    @CsvSource({
        "34887, LERC",
        "50001, WebP",
        "50002, JPEG XL",
        "34661, JBIG",
        "33003, JPEG 2000",
        "32809, ThunderScan",
        "34676, SGILog",
        "32909, PixarLog",
        "12345, number 12345"
    })
    void aCompressionThatIsNotReadIsNamed(int compression, String name) {
        Decoding outcome = decoder.decode(tiff(259, compression));

        assertThat(outcome)
                .isEqualTo(new Decoding.Rejected(
                        RejectReason.UNSUPPORTED,
                        "The decoder says: TIFF with the compression " + name + " is not supported"));
    }

    @ParameterizedTest
    @CsvSource({
        "262, 32803, TIFF with the photometric interpretation 32803 is not supported",
        "339, 6, TIFF of complex numbers is not supported",
        "258, 48, TIFF with samples of 48 bits is not supported",
        "277, 300, TIFF of more than 256 bands is not supported"
    })
    void aFormThatIsNotReadIsNamed(int tag, int value, String sentence) {
        Decoding outcome = decoder.decode(tiff(tag, value));

        assertThat(outcome).isEqualTo(new Decoding.Rejected(RejectReason.UNSUPPORTED, "The decoder says: " + sentence));
    }

    @Test
    void stripsThatEndEarlyAreBroken() {
        Decoding outcome = decoder.decode(tiff(278, 8));

        assertThat(outcome)
                .isEqualTo(new Decoding.Rejected(
                        RejectReason.BROKEN,
                        "The decoder says: a strip or tile of the TIFF file ends before its rows do"));
    }

    @Test
    void packedRunsMayHaveHeadsThatStandForNothing() {
        byte[] row = {(byte) 0x80, 1, 3, 4, (byte) 0x80, (byte) 0xFB, 9};
        int[] tags = {256, 8, 257, 1, 258, 8, 259, 32_773, 262, 1, 273, 200, 277, 1};

        assertThat(greyOf(FileBytes.together(tiffOf(tags), row))).containsExactly(3, 4, 9, 9, 9, 9, 9, 9);
    }

    @Test
    void sharedColoursOfAnImageNarrowerThanTheirUnitsAreReadUnderZstd() {
        byte[] units = {10, 0, 20, 0, (byte) 128, (byte) 128, 30, 0, 0, 0, (byte) 128, (byte) 128};
        int[] tags = {256, 1, 257, 3, 258, 8, 259, 50_000, 262, 6, 273, 200, 277, 3};

        assertThat(greyOf(FileBytes.together(tiffOf(tags), Zstd.compress(units))))
                .containsExactly(10, 20, 30);
    }

    @Test
    void stripsThatDoNotSayHowLongTheyAreEndWhereTheNextBegins() {
        int strips = 100;
        ByteBuffer offsets = ByteBuffer.allocate(4 * strips).order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] noise = new byte[strips * 900];
        new Random(1).nextBytes(noise);
        for (int i = 0; i < strips; i++) {
            offsets.putInt(200 + 4 * strips + packed.size());
            packed.writeBytes(FileBytes.deflated(Arrays.copyOfRange(noise, 900 * i, 900 * (i + 1))));
        }
        int[] tags = {256, 900, 257, strips, 258, 8, 259, 8, 262, 1, 273, 200, 277, 1, 278, 1};
        byte[] head = tiffOf(tags);
        ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putInt(10 + 5 * 12 + 4, strips);

        byte[] file = FileBytes.together(head, offsets.array(), packed.toByteArray());

        assertThat(greyOf(file)).isEqualTo(noise);
    }

    @Test
    void stripsThatClaimFarMoreThanTheyNeedAreReadAsFarAsTheyNeed() {
        int strips = 100;
        byte[] noise = new byte[strips * 900];
        new Random(1).nextBytes(noise);
        ByteBuffer offsets = ByteBuffer.allocate(4 * strips).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer claims = ByteBuffer.allocate(4 * strips).order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (int i = 0; i < strips; i++) {
            offsets.putInt(200 + 8 * strips + packed.size());
            claims.putInt(1 << 20);
            packed.writeBytes(FileBytes.deflated(Arrays.copyOfRange(noise, 900 * i, 900 * (i + 1))));
        }
        int[] tags = {256, 900, 257, strips, 258, 8, 259, 8, 262, 1, 273, 200, 277, 1, 278, 1, 279, 200 + 4 * strips};
        byte[] head = tiffOf(tags);
        ByteBuffer entries = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        entries.putInt(10 + 5 * 12 + 4, strips).putInt(10 + 8 * 12 + 4, strips);

        byte[] file = FileBytes.together(head, offsets.array(), claims.array(), packed.toByteArray());

        assertThat(greyOf(file)).isEqualTo(noise);
    }

    @Test
    void stripsThatAllAreTheSameBytesAreBrokenWhereThoseAreManyTimesTheFile() {
        byte[] file =
                HostileImages.askingOtherwise().get("tiff whose strips all are the same codes that clear a table");

        assertThat(decoder.decode(file))
                .isEqualTo(new Decoding.Rejected(
                        RejectReason.BROKEN,
                        "The decoder says: the file makes its reader go over the same bytes again and again"));
    }

    /** One byte of each pixel. */
    private byte[] greyOf(byte[] file) {
        byte[] rgb = decoder.decode(file).match(decoded -> decoded.pixels().rgb(), rejected -> {
            throw new AssertionError(rejected.toString());
        });
        byte[] grey = new byte[rgb.length / 3];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = rgb[3 * i];
        }
        return grey;
    }

    private static byte[] tiffOf(int... tagsAndValues) {
        ByteBuffer file = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0, 8, 0, 0, 0}).putShort((short) (tagsAndValues.length / 2));
        for (int i = 0; i < tagsAndValues.length; i += 2) {
            put(file, tagsAndValues[i], tagsAndValues[i + 1]);
        }
        return file.array();
    }

    /** Grey, 8 x 8 pixels of 8 bits of which none is there, and one tag more, or with another value. */
    private static byte[] tiff(int tag, int value) {
        int[] usual = {256, 8, 257, 8, 258, 8, 259, 1, 262, 1, 273, 200, 277, 1};
        boolean another = true;
        for (int i = 0; i < usual.length; i += 2) {
            another &= usual[i] != tag;
        }
        int[] all = Arrays.copyOf(usual, another ? usual.length + 2 : usual.length);
        for (int i = 0; i < all.length; i += 2) {
            boolean its = i == usual.length || usual[i] == tag;
            all[i] = its ? tag : usual[i];
            all[i + 1] = its ? value : usual[i + 1];
        }
        return tiffOf(all);
    }

    private static void put(ByteBuffer file, int tag, int value) {
        file.putShort((short) tag).putShort((short) 4).putInt(1).putInt(value);
    }
}
