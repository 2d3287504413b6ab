package io.streamclr.schemas.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentityTest {

    /** Any other value would render other views in every run that is repeated. */
    private static final long VIEW_1_0_0 = 8765089297668305775L;

    private static final long SHUFFLE_1_9 = -8066969035336037561L;

    private static final ImageId ABC = ImageId.of("abc".getBytes(StandardCharsets.US_ASCII));

    @Test
    void anImageIsNamedByTheFirstHalfOfItsSha256() {
        // FIPS 180-2, appendix B.1: SHA-256("abc") = ba7816bf 8f01cfea 414140de 5dae2223 ...
        assertThat(ABC).hasToString("ba7816bf8f01cfea414140de5dae2223");
    }

    @Test
    void theIdIsOfTheRemainingBytesAndLeavesTheBufferAsItWas() {
        ByteBuffer padded = ByteBuffer.wrap("xabc".getBytes(StandardCharsets.US_ASCII), 1, 3);

        assertThat(ImageId.of(padded)).isEqualTo(ABC);
        assertThat(padded.remaining()).isEqualTo(3);
    }

    @Test
    void aWrittenIdIsReadBack() {
        assertThat(ImageId.parse(ABC.toString())).isEqualTo(ABC);
        assertThatThrownBy(() -> ImageId.parse("ba78"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("An image id has 32 hexadecimal digits, not 'ba78'");
    }

    @Test
    void seedsNeverChangeBetweenReleases() {
        assertThat(Seeds.view(1, ABC, 0, 0)).isEqualTo(VIEW_1_0_0);
        assertThat(Seeds.of(1, "shuffle", 9)).isEqualTo(SHUFFLE_1_9);
    }

    @Test
    void everySeedIsAnotherOne() {
        Set<Long> seeds = new HashSet<>();
        int derived = 0;
        for (long run = 0; run < 5; run++) {
            for (int image = 0; image < 50; image++) {
                for (int pass = 0; pass < 5; pass++) {
                    for (int view = 0; view < 2; view++) {
                        seeds.add(Seeds.view(run, new ImageId(image, 0), pass, view));
                        seeds.add(Seeds.view(run, new ImageId(0, image + 50), pass, view));
                        derived += 2;
                    }
                }
            }
            for (int number = 0; number < 50; number++) {
                seeds.add(Seeds.of(run, "shuffle", number));
                seeds.add(Seeds.of(run, "weights", number));
                derived += 2;
            }
        }
        assertThat(seeds).hasSize(derived);
    }

    @Test
    void neighbouringSeedsDifferInHalfOfTheirBits() {
        long bits = 0;
        for (int pass = 0; pass < 1_000; pass++) {
            bits += Long.bitCount(Seeds.view(1, ABC, pass, 0) ^ Seeds.view(1, ABC, pass + 1, 0));
        }
        assertThat(bits / 1_000.0).isBetween(31.0, 33.0);
    }
}
