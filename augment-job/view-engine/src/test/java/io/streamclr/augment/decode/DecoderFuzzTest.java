package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import io.streamclr.augment.decode.child.LibraryProcess;
import io.streamclr.augment.decode.format.ImageFormat;
import io.streamclr.augment.decode.heif.Heif;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Jazzer mutates the odd and the hostile images as the coverage of the readers suggests. In a usual run each seed, and
 * each finding that was kept, is tried once; {@code ./mvnw -Pfuzz} goes on for half an hour.
 */
class DecoderFuzzTest {

    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Small, so that what exceeds them shows. */
    private static final DecodeLimits LIMITS = new DecodeLimits(250_000, 2_000, 1, 1 << 20);

    /** A quarter of a megapixel at a hundred bytes each, and tables. */
    private static final long MOST_MEMORY = 64 << 20;

    private static final double MOST_SECONDS = 10;

    private static final int MOST_SEED_BYTES = 4_096;

    /** One that keeps what was cut off does what the usual one does, and more. */
    private static final ImageDecoder DECODER =
            new ImageDecoder(LIMITS, JpegDecoder.IMAGEIO, CutImages.KEEP, SystemFormats.NO);

    /** Asked for headers, which are read here; pixels are the library's, which is not for us to search. */
    private static final ImageFormat HEIF =
            new Heif(new LibraryProcess(SystemLibraries.class, 1 << 30, 60), true, true);

    static Stream<Arguments> seeds() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        OddImages.all().forEach(odd -> seeds.put(odd.name(), odd.encoded()));
        OddImages.bySystem().forEach(odd -> seeds.put(odd.name(), odd.encoded()));
        OddJpegs.all().forEach(odd -> seeds.put(odd.name(), odd.encoded()));
        seeds.putAll(HostileImages.claimingGigapixels());
        seeds.putAll(HostileImages.askingOtherwise());
        return seeds.entrySet().stream()
                .filter(seed -> seed.getValue().length < MOST_SEED_BYTES)
                .map(seed -> Arguments.of(Named.of(seed.getKey(), seed.getValue())));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "30m")
    void whateverTheBytesAreTheOutcomeIsAnImageOrARejectAndCheap(byte[] file) {
        long before = MEMORY.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();

        Decoding outcome = DECODER.decode(file);
        readHeifHeaders(file);

        assertThat((System.nanoTime() - start) / 1e9).as("seconds").isLessThan(MOST_SECONDS);
        if (MEMORY.getCurrentThreadAllocatedBytes() - before > MOST_MEMORY) {
            // The first to come a certain way pays for the classes on it; the second for itself.
            assertThat(allocatedToDecode(file)).as("bytes").isLessThan(MOST_MEMORY + 24L * file.length);
        }
        outcome.match(
                decoded -> assertThat((long) decoded.pixels().width()
                                * decoded.pixels().height())
                        .isLessThanOrEqualTo(LIMITS.mostPixels()),
                rejected -> assertThat(rejected.detail()).isNotBlank());
    }

    private static void readHeifHeaders(byte[] file) {
        if (!HEIF.knows(file)) {
            return;
        }
        try {
            assertThat(HEIF.open(file).orientation()).isBetween(1, 8);
        } catch (IOException bad) {
            assertThat(bad.getMessage()).isNotBlank();
        }
    }

    private static long allocatedToDecode(byte[] file) {
        long before = MEMORY.getCurrentThreadAllocatedBytes();
        DECODER.decode(file);
        readHeifHeaders(file);
        return MEMORY.getCurrentThreadAllocatedBytes() - before;
    }
}
