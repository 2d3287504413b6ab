package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.augment.decode.child.LibraryProcess;
import io.streamclr.augment.decode.format.OpenedImage;
import io.streamclr.augment.decode.jxl.JpegXl;
import io.streamclr.schemas.record.RejectReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** HEIC, AVIF and JPEG XL, by the system's libraries; a machine without them says so and leaves the test out. */
class SystemFormatsTest {

    private static final LibraryProcess LIBRARIES = new LibraryProcess(SystemLibraries.class, 1 << 30, 60);

    private final ImageDecoder exact = decoder(SystemFormats.EXACT);

    private final ImageDecoder all = decoder(SystemFormats.ALL);

    static List<OddImages.Odd> images() {
        return OddImages.bySystem();
    }

    @AfterAll
    static void endTheProcess() {
        LIBRARIES.close();
    }

    private static ImageDecoder decoder(SystemFormats which) {
        return new ImageDecoder(DecodeLimits.DEFAULT, JpegDecoder.IMAGEIO, CutImages.REJECT, which, LIBRARIES);
    }

    @ParameterizedTest
    @MethodSource("images")
    void isSeenAsTheReferenceToolSeesIt(OddImages.Odd odd) {
        Pixels expected = odd.shows();

        Pixels pixels = pixels(exact, odd.encoded());

        assertThat(pixels.width()).isEqualTo(expected.width());
        assertThat(pixels.height()).isEqualTo(expected.height());
        assertThat(OddImagesTest.farthest(pixels.rgb(), expected.rgb())).isLessThanOrEqualTo(odd.tolerance());
        assertThat(pixels(all, odd.encoded())).isEqualTo(pixels);
    }

    @Test
    void nobodyWhoDoesNotAskForThemHasALibraryDecodeThem() {
        ImageDecoder usual = new ImageDecoder(DecodeLimits.DEFAULT);

        assertThat(usual.decode(OddImages.bytes(OddImages.OTHER_FORMATS + "photograph.heic")))
                .isEqualTo(
                        unsupported("HEIC is not supported by itself; 'augment --system-formats exact' decodes it with"
                                + " the system's library libheif (Debian: libheif1)"));
        assertThat(usual.decode(OddImages.bytes(OddImages.OTHER_FORMATS + "alpha.avif")))
                .isEqualTo(
                        unsupported("AVIF is not supported by itself; 'augment --system-formats exact' decodes it with"
                                + " the system's library libheif (Debian: libheif1)"));
        assertThat(usual.decode(OddImages.bytes(OddImages.OTHER_FORMATS + "lossy.jxl")))
                .isEqualTo(unsupported("JPEG XL is not supported by itself; 'augment --system-formats exact' decodes it"
                        + " with the system's library libjxl (Debian: libjxl0.7 or newer)"));
    }

    @Test
    void whatLibrariesDecodeInTheirOwnWaysIsDecodedOnlyForWhoAsksForAll() {
        byte[] lossy = OddImages.bytes(OddImages.OTHER_FORMATS + "lossy.jxl");
        byte[] otherMatrix = OddImages.bytes(OddImages.OTHER_FORMATS + "other-matrix.avif");
        pixels(all, lossy);
        pixels(all, otherMatrix);

        assertThat(exact.decode(lossy))
                .isEqualTo(unsupported("JPEG XL with losses is not supported alike by all versions of libjxl and on all"
                        + " processors; 'augment --system-formats all' decodes it"));
        assertThat(exact.decode(otherMatrix))
                .isEqualTo(unsupported("AVIF with other colours than usual (matrix 1) is not supported alike by all"
                        + " versions of libheif; 'augment --system-formats all' decodes it"));
    }

    @Test
    void aJpegFileThatWasMadeSmallerIsDecodedAsThatFile() {
        byte[] smaller = OddImages.bytes(OddImages.OTHER_FORMATS + "from-orientation-6-jpg.jxl");
        pixels(exact, smaller);

        Decoding outcome = exact.decode(smaller);

        assertThat(outcome).isEqualTo(exact.decode(OddImages.bytes("/odd-images/orientation-6.jpg")));
    }

    @Test
    void sidesAreHeldAgainstLimitsBeforeAnyLibraryDecodes() {
        DecodeLimits small = new DecodeLimits(100, 100, 1, 1 << 20);
        for (OddImages.Odd odd : OddImages.bySystem()) {
            pixels(exact, odd.encoded());

            Decoding outcome = new ImageDecoder(
                            small, JpegDecoder.IMAGEIO, CutImages.REJECT, SystemFormats.ALL, LIBRARIES)
                    .decode(odd.encoded());

            assertThat(reasonOf(outcome)).as(odd.name()).isEqualTo(RejectReason.TOO_LARGE);
        }
    }

    @Test
    void channelsThatNobodySeesCountAsMuchAsThoseThatAreSeen() {
        pixels(all, OddImages.bytes(OddImages.OTHER_FORMATS + "lossless.jxl"));
        DecodeLimits megapixels = new DecodeLimits(10_000_000, 1_000, 1, 1 << 20);
        ImageDecoder limited =
                new ImageDecoder(megapixels, JpegDecoder.IMAGEIO, CutImages.REJECT, SystemFormats.ALL, LIBRARIES);

        assertThat(limited.decode(HostileImages.jpegXlOfChannels(250)))
                .isEqualTo(unsupported("JPEG XL with 250 channels besides its colours is not supported"));
        assertThat(reasonOf(limited.decode(HostileImages.jpegXlOfChannels(4)))).isEqualTo(RejectReason.TOO_LARGE);
        assertThat(reasonOf(limited.decode(HostileImages.jpegXlOfChannels(1)))).isEqualTo(RejectReason.BROKEN);
    }

    @Test
    void whatAVideoHoldsBeyondTheSidesOfItsFileCountsToo() {
        DecodeLimits limits = new DecodeLimits(1_000, 1_000, 1, 1 << 20);
        for (String name : List.of("chroma-420.avif", "photograph.heic")) {
            byte[] file = OddImages.bytes(OddImages.OTHER_FORMATS + name);
            pixels(all, file);
            int sides = new String(file, StandardCharsets.ISO_8859_1).indexOf("ispe") + 8;
            ByteBuffer.wrap(file).putInt(sides, 16).putInt(sides + 4, 2);

            Decoding outcome = new ImageDecoder(
                            limits, JpegDecoder.IMAGEIO, CutImages.REJECT, SystemFormats.ALL, LIBRARIES)
                    .decode(file);

            assertThat(reasonOf(outcome)).as(name).isEqualTo(RejectReason.TOO_LARGE);
        }
    }

    @Test
    void aJpegFileOfMoreBytesThanAnyMayHaveIsNotMade() throws IOException {
        byte[] smaller = OddImages.bytes(OddImages.OTHER_FORMATS + "from-orientation-6-jpg.jxl");
        byte[] jpeg = OddImages.bytes("/odd-images/orientation-6.jpg");
        pixels(exact, smaller);
        OpenedImage opened = new JpegXl(LIBRARIES, true, false).open(smaller);

        assertThat(opened.jpeg(jpeg.length)).contains(jpeg);
        assertThatThrownBy(() -> opened.jpeg(jpeg.length - 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a JPEG file of more than " + (jpeg.length - 1) + " bytes");
    }

    @Test
    void cutOffAnywhereTheyEndAsAnImageOrAReject() {
        for (OddImages.Odd odd : OddImages.bySystem()) {
            byte[] whole = odd.encoded();
            pixels(all, whole);
            for (int kept = 0; kept < whole.length; kept += 1 + whole.length / 60) {
                Decoding outcome = all.decode(Arrays.copyOf(whole, kept));

                assertThat(reasonOf(outcome))
                        .as("%s cut to %d of %d bytes", odd, kept, whole.length)
                        .isIn(
                                null,
                                RejectReason.EMPTY,
                                RejectReason.NOT_AN_IMAGE,
                                RejectReason.BROKEN,
                                RejectReason.UNSUPPORTED);
            }
        }
    }

    private static Decoding unsupported(String detail) {
        return new Decoding.Rejected(RejectReason.UNSUPPORTED, "The decoder says: " + detail);
    }

    private static RejectReason reasonOf(Decoding outcome) {
        return outcome.match(decoded -> null, Decoding.Rejected::reason);
    }

    private static Pixels pixels(ImageDecoder decoder, byte[] file) {
        return decoder.decode(file).match(Decoding.Decoded::pixels, rejected -> {
            if (rejected.detail().contains("lacks the library")) {
                Required.skip(rejected.detail());
            }
            throw new AssertionError(rejected.toString());
        });
    }
}
