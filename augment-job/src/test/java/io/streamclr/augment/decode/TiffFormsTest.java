package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.record.RejectReason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forms of TIFF that nobody reads here are told from broken files, by a sentence that names them. */
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

    /** Grey, 8 x 8 pixels of 8 bits of which none is there, and one tag more, or with another value. */
    private static byte[] tiff(int tag, int value) {
        int[] usual = {256, 8, 257, 8, 258, 8, 259, 1, 262, 1, 273, 200, 277, 1};
        int count = usual.length / 2;
        boolean another = true;
        for (int i = 0; i < usual.length; i += 2) {
            another &= usual[i] != tag;
        }
        ByteBuffer file = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0, 8, 0, 0, 0}).putShort((short) (another ? count + 1 : count));
        for (int i = 0; i < usual.length; i += 2) {
            put(file, usual[i], usual[i] == tag ? value : usual[i + 1]);
        }
        if (another) {
            put(file, tag, value);
        }
        return file.array();
    }

    private static void put(ByteBuffer file, int tag, int value) {
        file.putShort((short) tag).putShort((short) 4).putInt(1).putInt(value);
    }
}
