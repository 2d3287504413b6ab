package io.streamclr.augment.decode.packed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackBitsTest {

    /** The first is the example of Apple's technical note 1023. */
    @ParameterizedTest
    @CsvSource({
        "fe aa 02 80 00 2a fd aa 03 80 00 2a 22 f7 aa,"
                + "aa aa aa 80 00 2a aa aa aa aa 80 00 2a 22 aa aa aa aa aa aa aa aa aa aa",
        "80 00 07 80 80 ff 09 80, 07 09 09",
        "02 01 02, 01 02",
        "00 01 fe, 01",
        "80, ''"
    })
    void runsAreUnpackedAndAHeadOf128StandsForNothing(String packed, String bytes) throws IOException {
        HexFormat hex = HexFormat.ofDelimiter(" ");

        assertThat(unpacked(hex.parseHex(packed))).isEqualTo(hex.parseHex(bytes));
        assertThat(new PackBits(new ByteArrayInputStream(hex.parseHex(packed))).readAllBytes())
                .isEqualTo(hex.parseHex(bytes));
    }

    /** Byte by byte. */
    private static byte[] unpacked(byte[] packed) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PackBits stream = new PackBits(new ByteArrayInputStream(packed));
        for (int next = stream.read(); next >= 0; next = stream.read()) {
            bytes.write(next);
        }
        return bytes.toByteArray();
    }
}
