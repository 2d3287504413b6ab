package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.record.RejectReason;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** That frames are shown at their places is seen in {@link OddImagesTest}. */
class GifScreenTest {

    /** A frame of 14 x 11 pixels on a screen of 30 x 20. */
    private static final byte[] FILE = OddImages.all().stream()
            .filter(odd -> odd.name().equals("frame-on-larger-screen.gif"))
            .findFirst()
            .orElseThrow()
            .encoded();

    private static final int MOST_PIXELS = 1_000;

    @Test
    void limitsAreForWhatIsShown() {
        Decoding shown = new ImageDecoder(new DecodeLimits(MOST_PIXELS, 30, 20, FILE.length)).decode(FILE);
        Decoding tooSmall = new ImageDecoder(new DecodeLimits(MOST_PIXELS, 30, 21, FILE.length)).decode(FILE);
        Decoding tooWide = new ImageDecoder(new DecodeLimits(MOST_PIXELS, 29, 1, FILE.length)).decode(FILE);

        assertThat(shown).isInstanceOf(Decoding.Decoded.class);
        assertThat(tooSmall)
                .isEqualTo(new Decoding.Rejected(
                        RejectReason.TOO_SMALL, "The image has 30 x 20 pixels, allowed are sides from 21"));
        assertThat(tooWide)
                .isEqualTo(new Decoding.Rejected(
                        RejectReason.TOO_LARGE, "The image has 30 x 20 pixels, allowed are sides up to 29"));
    }

    @Test
    void aFileThatIsCutBeforeItsFrameHasNoScreen() {
        GifScreen whole = GifScreen.of(FILE, 14, 11);
        GifScreen cut = GifScreen.of(Arrays.copyOf(FILE, 70), 14, 11);

        assertThat(whole).isEqualTo(new GifScreen(30, 20, 9, 4));
        assertThat(cut).isEqualTo(new GifScreen(14, 11, 0, 0));
    }

    @Test
    void imagesOfOtherFormatsAreAllThatIsShown() {
        assertThat(GifScreen.of(EncodedSamples.png(9, 7), 9, 7)).isEqualTo(new GifScreen(9, 7, 0, 0));
    }
}
