package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packed bytes may have heads that stand for nothing (PackBits), also where ImageIO's readers would end at the first. */
class PackedNothingTest {

    private static final int HEAD = 26 + 12;
    private static final byte NOTHING = (byte) 0x80;

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);

    @ParameterizedTest
    @ValueSource(strings = {"rgb.psd", "rgb-16.psd", "cmyk.psd", "grey.psd"})
    void aPackedPsdFileShowsWhatThePlainOneShows(String name) {
        byte[] plain = OddImages.bytes("/odd-images/" + name);

        for (boolean large : new boolean[] {false, true}) {
            Decoding outcome = decoder.decode(packed(plain, large));

            assertThat(outcome).isEqualTo(decoder.decode(plain)).isInstanceOf(Decoding.Decoded.class);
        }
    }

    @Test
    void aPackedTiffFileOfInksWithTheirProfileShowsWhatThePlainOneShows() {
        byte[] samples = new byte[4 * 5 * 3];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (i * 37);
        }
        Decoding plain = decoder.decode(inks(1, samples));

        Decoding outcome = decoder.decode(inks(32_773, packed(samples, 20)));

        assertThat(outcome).isEqualTo(plain).isInstanceOf(Decoding.Decoded.class);
    }

    @Test
    void whatEndsBeforeItsRowsDoIsBrokenAsEver() {
        byte[] samples = new byte[4 * 5 * 3];

        Decoding outcome = decoder.decode(inks(32_773, packed(samples, 20, 40)));

        assertThat(outcome).isInstanceOf(Decoding.Rejected.class);
    }

    /** The merged image of a plain PSD file in runs, with heads that stand for nothing before and after each. */
    private static byte[] packed(byte[] psd, boolean large) {
        ByteBuffer head = ByteBuffer.wrap(psd);
        int rows = head.getShort(12) * head.getInt(14);
        int rowBytes = (psd.length - HEAD - 2) / rows;
        ByteArrayOutputStream lengths = new ByteArrayOutputStream();
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (int row = 0; row < rows; row++) {
            byte[] line = new byte[rowBytes];
            System.arraycopy(psd, HEAD + 2 + row * rowBytes, line, 0, rowBytes);
            byte[] packed = packed(line, rowBytes);
            lines.writeBytes(packed);
            lengths.writeBytes(
                    large
                            ? ByteBuffer.allocate(4).putInt(packed.length).array()
                            : ByteBuffer.allocate(2)
                                    .putShort((short) packed.length)
                                    .array());
        }
        int header = large ? HEAD + 4 : HEAD;
        ByteBuffer file = ByteBuffer.allocate(header + 2 + lengths.size() + lines.size());
        file.put(psd, 0, HEAD - 12).position(header);
        file.putShort(4, (short) (large ? 2 : 1));
        return file.putShort((short) 1)
                .put(lengths.toByteArray())
                .put(lines.toByteArray())
                .array();
    }

    private static byte[] packed(byte[] samples, int rowBytes) {
        return packed(samples, rowBytes, samples.length);
    }

    private static byte[] packed(byte[] samples, int rowBytes, int end) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int row = 0; row < end; row += rowBytes) {
            out.write(NOTHING);
            for (int at = row; at < row + rowBytes; at += 2) {
                int some = Math.min(2, row + rowBytes - at);
                out.write(some - 1);
                out.write(samples, at, some);
                out.write(NOTHING);
                out.write(NOTHING);
            }
        }
        return out.toByteArray();
    }

    /** CMYK of 5 x 3 pixels in one strip, with a profile that is none. */
    private static byte[] inks(int compression, byte[] strip) {
        int[][] tags = {
            {256, 3, 1, 5}, {257, 3, 1, 3}, {258, 3, 4, 200}, {259, 3, 1, compression}, {262, 3, 1, 5},
            {273, 4, 1, 300}, {277, 3, 1, 4}, {278, 3, 1, 3}, {279, 4, 1, strip.length}, {34_675, 7, 8, 220}
        };
        ByteBuffer file = ByteBuffer.allocate(300 + strip.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) tags.length);
        for (int[] tag : tags) {
            file.putShort((short) tag[0])
                    .putShort((short) tag[1])
                    .putInt(tag[2])
                    .putInt(tag[3]);
        }
        file.position(200);
        for (int sample = 0; sample < 4; sample++) {
            file.putShort((short) 8);
        }
        return file.position(300).put(strip).array();
    }
}
