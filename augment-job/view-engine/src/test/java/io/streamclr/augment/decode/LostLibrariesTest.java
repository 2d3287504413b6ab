package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.decode.FallingLibraries.Fall;
import io.streamclr.augment.decode.child.LibraryProcess;
import io.streamclr.schemas.record.RejectReason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of images that end the process in which libraries of the system decode, and of the images after them. */
class LostLibrariesTest {

    private static final String TWICE = ", in 2 processes that had nothing else to do";
    private static final long MEMORY = 400L << 20;

    private static final byte[] HEIC = OddImages.bytes(OddImages.OTHER_FORMATS + "photograph.heic");
    private static final byte[] AVIF = OddImages.bytes(OddImages.OTHER_FORMATS + "chroma-420.avif");
    private static final byte[] JPEG_XL = OddImages.bytes(OddImages.OTHER_FORMATS + "lossless.jxl");

    private final LibraryProcess libraries = new LibraryProcess(FallingLibraries.class, MEMORY, 3);
    private final ImageDecoder decoder =
            new ImageDecoder(DecodeLimits.DEFAULT, JpegDecoder.IMAGEIO, CutImages.REJECT, SystemFormats.ALL, libraries);

    @BeforeEach
    void librariesAreThere() {
        for (byte[] file : List.of(HEIC, AVIF, JPEG_XL)) {
            decoder.decode(file).match(Decoding.Decoded::pixels, rejected -> {
                if (rejected.detail().contains("lacks the library")) {
                    Required.skip(rejected.detail());
                }
                throw new AssertionError(rejected.toString());
            });
        }
    }

    @AfterEach
    void end() {
        decoder.close();
    }

    static Stream<Arguments> falls() {
        return Stream.of(
                Arguments.of(HEIC, Fall.BAD_ADDRESS, broken("the HEIC image ends the process of libheif (SIGSEGV)")),
                Arguments.of(AVIF, Fall.ABORT, broken("the AVIF image ends the process of libheif (SIGABRT)")),
                Arguments.of(JPEG_XL, Fall.KILLED, broken("the JPEG XL image ends the process of libjxl (SIGKILL)")),
                Arguments.of(JPEG_XL, Fall.EXIT, broken("the JPEG XL image ends the process of libjxl (status 3)")),
                Arguments.of(AVIF, Fall.NO_END, broken("the AVIF image keeps libheif busy for more than 3 seconds")),
                Arguments.of(
                        JPEG_XL,
                        Fall.NO_MEMORY,
                        new Decoding.Rejected(
                                RejectReason.TOO_LARGE,
                                "The JPEG XL image needs more memory than libjxl may have for one (400 MiB)" + TWICE
                                        + "; --max-pixels decides how much")),
                Arguments.of(
                        HEIC,
                        Fall.NONSENSE,
                        broken(
                                "the HEIC image ends the process of libheif (what it says makes no sense: libheif answers"
                                        + " with another picture)")));
    }

    private static Decoding broken(String sentence) {
        return new Decoding.Rejected(RejectReason.BROKEN, "The decoder says: " + sentence + TWICE);
    }

    @ParameterizedTest
    @MethodSource("falls")
    void anImageThatEndsItsProcessIsOneRejectAndTheNextIsGood(byte[] file, Fall fall, Decoding expected) {
        Decoding before = decoder.decode(file);

        Decoding outcome = decoder.decode(FallingLibraries.falling(file, fall));

        assertThat(outcome).isEqualTo(expected);
        assertThat(decoder.decode(file)).isEqualTo(before).isInstanceOf(Decoding.Decoded.class);
    }

    /** 3000 x 2800 pixels of one colour; libjxl takes some 250 MB for them, and dies or says so where it gets less. */
    @Test
    void aLibraryThatNeedsMoreMemoryThanItMayHaveTakesNoneOfThisProcess() {
        LibraryProcess small = new LibraryProcess(SystemLibraries.class, 100 << 20, 60);
        byte[] large = OddImages.bytes(OddImages.OTHER_FORMATS + "large-flat.jxl");
        try (ImageDecoder limited = new ImageDecoder(
                DecodeLimits.DEFAULT, JpegDecoder.IMAGEIO, CutImages.REJECT, SystemFormats.ALL, small)) {
            Decoding outcome = limited.decode(large);

            assertThat(outcome).isInstanceOf(Decoding.Rejected.class);
            assertThat(outcome.toString()).contains("libjxl").contains(TWICE);
            assertThat(limited.decode(JPEG_XL)).isEqualTo(decoder.decode(JPEG_XL));
        }
        assertThat(decoder.decode(large)).isInstanceOf(Decoding.Decoded.class);
    }

    @Test
    void complaintsOfALibraryAreNoReasonAndNeverInTheWay() {
        Decoding outcome = decoder.decode(FallingLibraries.falling(AVIF, Fall.NOISE));

        assertThat(outcome).isEqualTo(decoder.decode(AVIF));
    }

    @Test
    void aProcessThatWasEndedFromOutsideCostsNoImage() {
        List<ProcessHandle> children = children();
        assertThat(children).hasSize(1);
        children.get(0).destroyForcibly();
        children.get(0).onExit().join();

        Decoding outcome = decoder.decode(JPEG_XL);

        assertThat(outcome).isInstanceOf(Decoding.Decoded.class);
    }

    @Test
    void oneProcessServesAllFormatsAndEndsWithItsDecoder() {
        List<ProcessHandle> children = children();
        Stream.of(HEIC, JPEG_XL, AVIF, HEIC).forEach(decoder::decode);
        assertThat(children()).isEqualTo(children).hasSize(1);

        decoder.close();

        children.get(0).onExit().join();
        assertThat(children()).isEmpty();
    }

    private static List<ProcessHandle> children() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(FallingLibraries.class.getName()))
                .toList();
    }
}
