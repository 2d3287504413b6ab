package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.streamclr.schemas.record.RejectReason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No file makes the decoder throw, take more memory than its limits explain, or go on without end. */
@Timeout(60)
class HostileImagesTest {

    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MIB = 1 << 20;
    private static final String TOO_LITTLE_MEMORY =
            "TOO_LARGE: The image needs more memory than this worker has; give it a larger heap, or lower --max-pixels";

    private static final ImageDecoder DECODER = new ImageDecoder(DecodeLimits.DEFAULT);

    /** Readers load classes and tables when they are first used, which no single image is to answer for. */
    @BeforeAll
    static void readersAreWarm() {
        OddImages.all().forEach(odd -> DECODER.decode(odd.encoded()));
    }

    static Stream<Arguments> gigapixels() {
        return arguments(HostileImages.claimingGigapixels());
    }

    static Stream<Arguments> others() {
        return arguments(HostileImages.askingOtherwise());
    }

    private static Stream<Arguments> arguments(Map<String, byte[]> files) {
        return files.entrySet().stream().map(file -> Arguments.of(file.getKey(), file.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gigapixels")
    void whatClaimsGigapixelsIsTooLargeAndNothingIsAllocatedForIt(String name, byte[] file) {
        long before = MEMORY.getCurrentThreadAllocatedBytes();

        Decoding outcome = DECODER.decode(file);

        long allocated = MEMORY.getCurrentThreadAllocatedBytes() - before;
        assertThat(reasonOf(outcome)).as(name).isEqualTo(RejectReason.TOO_LARGE);
        assertThat(allocated).isLessThan(MIB);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void whatAsksForMemoryOrTimeInAnotherWayGetsLittleOfIt(String name, byte[] file) {
        long before = MEMORY.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();

        Decoding outcome = DECODER.decode(file);

        long allocated = MEMORY.getCurrentThreadAllocatedBytes() - before;
        assertThat(outcome).as(name).isNotNull();
        assertThat(allocated).isLessThan(64 * MIB + 20L * file.length);
        assertThat((System.nanoTime() - start) / 1e9).as("seconds").isLessThan(20);
    }

    @Test
    void metadataUpToTheLimitChangesNothingAndCostsAFewCopies() {
        byte[] plain = EncodedSamples.encode(EncodedSamples.gradient(20, 20, BufferedImage.TYPE_INT_RGB), "jpg");
        ByteArrayOutputStream laden = new ByteArrayOutputStream();
        laden.write(plain, 0, 2);
        byte[] segment = FileBytes.together(new byte[] {-1, (byte) 0xED, -1, -1}, new byte[65_533]);
        while (laden.size() < DecodeLimits.DEFAULT.mostBytes() - 2 * segment.length) {
            laden.writeBytes(segment);
        }
        laden.write(plain, 2, plain.length - 2);
        long before = MEMORY.getCurrentThreadAllocatedBytes();

        Decoding outcome = DECODER.decode(laden.toByteArray());

        long allocated = MEMORY.getCurrentThreadAllocatedBytes() - before;
        assertThat(outcome).isEqualTo(DECODER.decode(plain));
        assertThat(allocated).isLessThan(3L * laden.size());
    }

    @Test
    void everyFormatCutOffAnywhereEndsAsAnImageOrAReject() {
        for (OddImages.Odd odd : OddImages.all()) {
            byte[] whole = odd.encoded();
            int step = Math.max(1, whole.length / 40);
            for (int kept = 0; kept < whole.length; kept += kept < 32 ? 1 : step) {
                Decoding outcome = DECODER.decode(Arrays.copyOf(whole, kept));

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

    @Test
    void anotherFormatsBytesUnderAnyBeginningEndAsAnImageOrAReject() {
        Set<RejectReason> seen = new HashSet<>();
        for (OddImages.Odd beginning : OddImages.all()) {
            byte[] mixed = OddImages.all().get(7).encoded();
            System.arraycopy(beginning.encoded(), 0, mixed, 0, Math.min(24, mixed.length));

            seen.add(reasonOf(DECODER.decode(mixed)));
        }

        assertThat(seen).contains(RejectReason.BROKEN).doesNotContain(RejectReason.OTHER);
    }

    @Test
    void anImageForWhichMemoryDoesNotSufficeIsRejectedAndTheNextIsRead() throws Exception {
        assertThat(saidBy(SmallHeap.class)).containsExactly(TOO_LITTLE_MEMORY, "8 pixels wide");
    }

    @Test
    void aFileThatMemoryDoesNotSufficeToCopyIsRejectedAndTheNextIsRead() throws Exception {
        assertThat(saidBy(LadenJpegInSmallHeap.class)).containsExactly(TOO_LITTLE_MEMORY, "8 pixels wide");
    }

    private static List<String> saidBy(Class<?> main) throws Exception {
        Process child = new ProcessBuilder(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                        "-Xmx120m",
                        "-XX:+UseSerialGC",
                        "-Djava.awt.headless=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .redirectErrorStream(true)
                .start();

        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor()).as(said).isZero();
        return said.strip().lines().toList();
    }

    /** Decodes one image that its heap cannot hold, and a small one. */
    static final class SmallHeap {

        private SmallHeap() {}

        public static void main(String[] args) {
            byte[] rows = FileBytes.deflated(new byte[7001 * 7000]);
            sayOutcomes(HostileImages.greyPng(7000, rows), EncodedSamples.png(8, 8));
        }
    }

    /** Decodes a JPEG file that its heap can hold once, but not without what stands before the image, and a small one. */
    static final class LadenJpegInSmallHeap {

        private LadenJpegInSmallHeap() {}

        public static void main(String[] args) {
            byte[] laden = new byte[DecodeLimits.DEFAULT.mostBytes()];
            laden[0] = (byte) 0xFF;
            laden[1] = (byte) 0xD8;
            laden[2] = (byte) 0xFF;
            sayOutcomes(laden, EncodedSamples.png(8, 8));
        }
    }

    private static void sayOutcomes(byte[]... images) {
        ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);
        for (byte[] image : images) {
            String outcome = decoder.decode(image)
                    .match(
                            decoded -> decoded.pixels().width() + " pixels wide",
                            rejected -> rejected.reason() + ": " + rejected.detail());
            System.out.println(outcome);
        }
    }

    private static RejectReason reasonOf(Decoding outcome) {
        return outcome.match(decoded -> null, Decoding.Rejected::reason);
    }
}
