package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every form of image that people have is seen as an independent decoder sees it. */
class OddImagesTest {

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);

    static List<OddImages.Odd> images() {
        return OddImages.all();
    }

    @ParameterizedTest
    @MethodSource("images")
    void isSeenAsAnIndependentDecoderSeesIt(OddImages.Odd odd) {
        Pixels expected = odd.shows();

        Decoding decoding = decoder.decode(odd.encoded());

        Pixels pixels = decoding.match(Decoding.Decoded::pixels, rejected -> {
            throw new AssertionError(rejected.toString());
        });
        assertThat(pixels.width()).isEqualTo(expected.width());
        assertThat(pixels.height()).isEqualTo(expected.height());
        assertThat(farthest(pixels.rgb(), expected.rgb())).isLessThanOrEqualTo(odd.tolerance());
    }

    @Test
    void oneDecoderReadsThemAllInAnyOrderAlike() {
        List<OddImages.Odd> images = OddImages.all();
        List<Decoding> forwards =
                images.stream().map(odd -> decoder.decode(odd.encoded())).toList();

        for (int i = images.size() - 1; i >= 0; i--) {
            Decoding again = decoder.decode(images.get(i).encoded());

            assertThat(again).as(images.get(i).name()).isEqualTo(forwards.get(i));
        }
    }

    static int farthest(byte[] one, byte[] other) {
        int most = 0;
        for (int i = 0; i < one.length; i++) {
            most = Math.max(most, Math.abs((one[i] & 0xff) - (other[i] & 0xff)));
        }
        return most;
    }
}
