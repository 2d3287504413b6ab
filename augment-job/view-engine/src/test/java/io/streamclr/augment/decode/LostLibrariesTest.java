package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.decode.FallingLibraries.Fall;
import io.streamclr.augment.decode.child.LibraryProcess;
import io.streamclr.schemas.record.RejectReason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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

    /** For all tests: what ends its process leaves it a new one. */
    private static final ImageDecoder DECODER = decoder(60);

    @BeforeAll
    static void librariesAreThere() {
        for (byte[] file : List.of(HEIC, AVIF, JPEG_XL)) {
            DECODER.decode(file).match(Decoding.Decoded::pixels, rejected -> {
                if (rejected.detail().contains("lacks the library")) {
                    Required.skip(rejected.detail());
                }
                throw new AssertionError(rejected.toString());
            });
        }
    }

    /** @param mostSeconds that an image may take */
    private static ImageDecoder decoder(int mostSeconds) {
        LibraryProcess libraries = new LibraryProcess(FallingLibraries.class, MEMORY, mostSeconds);
        return new ImageDecoder(
                DecodeLimits.DEFAULT, JpegDecoder.IMAGEIO, CutImages.REJECT, SystemFormats.ALL, libraries);
    }

    @AfterAll
    static void end() {
        DECODER.close();
    }

    static Stream<Arguments> falls() {
        return Stream.of(
                Arguments.of(HEIC, Fall.BAD_ADDRESS, broken("the HEIC image ends the process of libheif (SIGSEGV)")),
                Arguments.of(AVIF, Fall.ABORT, broken("the AVIF image ends the process of libheif (SIGABRT)")),
                Arguments.of(JPEG_XL, Fall.KILLED, broken("the JPEG XL image ends the process of libjxl (SIGKILL)")),
                Arguments.of(JPEG_XL, Fall.EXIT, broken("the JPEG XL image ends the process of libjxl (status 3)")),
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
        Decoding before = DECODER.decode(file);

        Decoding outcome = DECODER.decode(FallingLibraries.falling(file, fall));

        assertThat(outcome).isEqualTo(expected);
        assertThat(DECODER.decode(file)).isEqualTo(before).isInstanceOf(Decoding.Decoded.class);
    }

    @Test
    void anImageThatKeepsItsProcessBusyWithoutEndIsOneRejectAndTheNextIsGood() {
        Decoding before = DECODER.decode(AVIF);
        try (ImageDecoder impatient = decoder(3)) {
            assertThat(impatient.decode(FallingLibraries.falling(AVIF, Fall.NO_END)))
                    .isEqualTo(broken("the AVIF image keeps libheif busy for more than 3 seconds"));
            assertThat(impatient.decode(AVIF)).isEqualTo(before).isInstanceOf(Decoding.Decoded.class);
        }
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
            assertThat(limited.decode(JPEG_XL)).isEqualTo(DECODER.decode(JPEG_XL));
        }
        assertThat(DECODER.decode(large)).isInstanceOf(Decoding.Decoded.class);
    }

    @Test
    void complaintsOfALibraryAreNoReasonAndNeverInTheWay() {
        Decoding outcome = DECODER.decode(FallingLibraries.falling(AVIF, Fall.NOISE));

        assertThat(outcome).isEqualTo(DECODER.decode(AVIF));
    }

    @Test
    void aProcessThatWasEndedFromOutsideCostsNoImage() {
        Set<ProcessHandle> children = children();
        assertThat(children).isNotEmpty();
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(child -> child.onExit().join());

        Decoding outcome = DECODER.decode(JPEG_XL);

        assertThat(outcome).isInstanceOf(Decoding.Decoded.class);
    }

    @Test
    void oneProcessServesAllFormatsAndEndsWithItsDecoder() {
        Set<ProcessHandle> others = children();
        ImageDecoder decoder = decoder(60);
        decoder.decode(HEIC);
        Set<ProcessHandle> own = children();
        own.removeAll(others);
        Stream.of(JPEG_XL, AVIF, HEIC).forEach(decoder::decode);
        assertThat(children()).containsAll(own).hasSizeLessThanOrEqualTo(others.size() + 1);
        assertThat(own).hasSize(1);

        decoder.close();

        own.forEach(child -> child.onExit().join());
        assertThat(children()).isSubsetOf(others);
    }

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(FallingLibraries.class.getName()))
                .collect(Collectors.toCollection(HashSet::new));
    }
}
