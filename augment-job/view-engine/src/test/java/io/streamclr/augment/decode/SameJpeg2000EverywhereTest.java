package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The 9/7 filter and the colours of lossy files are computed with fractions: by Java's rules, so alike on every machine. */
class SameJpeg2000EverywhereTest {

    @Test
    void lossyFilesShowTheSameBytesOnEveryMachine() throws Exception {
        ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");

        for (OddImages.Odd odd : OddImages.all()) {
            if (odd.name().matches("(lossy-.*|mode-47-lossy)\\.(jp2|j2k)")) {
                byte[] rgb = decoder.decode(odd.encoded())
                        .match(decoded -> decoded.pixels().rgb(), rejected -> new byte[0]);
                digest.update(rgb);
            }
        }

        assertThat(HexFormat.of().formatHex(digest.digest(), 0, 8)).isEqualTo("ba7c0708b2b96c87");
    }
}
