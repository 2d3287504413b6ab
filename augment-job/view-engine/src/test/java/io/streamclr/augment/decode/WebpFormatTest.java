package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.streamclr.augment.decode.format.OpenedImage;
import io.streamclr.augment.decode.webp.WebpFormat;
import io.streamclr.schemas.record.RejectReason;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link OddImagesTest} leaves over: that every pixel is right is seen there. */
@Timeout(60)
class WebpFormatTest {

    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int MOST_PIXELS = 1_000_000;
    private static final int FILE_HEAD = 12;
    private static final int CHUNK_HEAD = 8;

    private final WebpFormat format = new WebpFormat(file -> 1);
    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);

    static List<OddImages.Odd> images() {
        return OddImages.all().stream()
                .filter(odd -> odd.name().endsWith(".webp"))
                .toList();
    }

    /** Those of which a quarter is more than the spare bits at their end. */
    static List<OddImages.Odd> longerImages() {
        return images().stream().filter(odd -> odd.encoded().length > 100).toList();
    }

    @ParameterizedTest
    @MethodSource("images")
    void whateverIsDamagedAnImageOrAnIoExceptionComesOfIt(OddImages.Odd odd) {
        SplittableRandom random = new SplittableRandom(odd.name().hashCode());
        for (int i = 0; i < 150; i++) {
            byte[] damaged = odd.encoded();
            for (int flaw = random.nextInt(1, 6); flaw > 0; flaw--) {
                // Headers and tables are at the beginning, and what they say matters most.
                int reach = random.nextBoolean() ? Math.min(100, damaged.length) : damaged.length;
                damaged[random.nextInt(FILE_HEAD, reach)] = (byte) random.nextInt();
            }
            int kept = random.nextInt(4) == 0 ? random.nextInt(FILE_HEAD, damaged.length) : damaged.length;

            requireImageOrIoException(Arrays.copyOf(damaged, kept), odd + ", damage " + i);
        }
    }

    private void requireImageOrIoException(byte[] file, String which) {
        try {
            OpenedImage image = format.open(file);
            long pixels = (long) image.width() * image.height();
            if (pixels > 0 && pixels < MOST_PIXELS) {
                assertThat(image.rgb()).as(which).hasSize((int) (3 * pixels));
            }
        } catch (IOException broken) {
            assertThat(broken.getMessage()).as(which).isNotBlank();
        } catch (RuntimeException defect) {
            fail(which, defect);
        }
    }

    @ParameterizedTest
    @MethodSource("images")
    void aFileThatIsCutWithinItsImageIsBroken(OddImages.Odd odd) {
        byte[] whole = odd.encoded();
        int end = endOfImage(whole);

        for (int kept = FILE_HEAD + 4; kept < end; kept += Math.max(1, (end - kept) / 50)) {
            Decoding outcome = decoder.decode(Arrays.copyOf(whole, kept));

            assertThat(reasonOf(outcome)).as("%s cut to %d bytes", odd, kept).isEqualTo(RejectReason.BROKEN);
        }
        assertThat(decoder.decode(Arrays.copyOf(whole, end))).isInstanceOf(Decoding.Decoded.class);
    }

    /** Files are also cut by programs that write the lengths anew. */
    @ParameterizedTest
    @MethodSource("longerImages")
    void anImageThatEndsTooEarlyIsBrokenThoughItsChunkDoesNotSaySo(OddImages.Odd odd) {
        byte[] whole = odd.encoded();
        int chunk = image(whole);
        ByteBuffer lengths = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        lengths.putInt(chunk + 4, lengths.getInt(chunk + 4) * 3 / 4);

        Decoding outcome = decoder.decode(whole);

        assertThat(reasonOf(outcome)).isEqualTo(RejectReason.BROKEN);
    }

    @ParameterizedTest
    @MethodSource("images")
    void whatStandsAfterTheImageChangesNothing(OddImages.Odd odd) {
        byte[] whole = odd.encoded();
        byte[] longer = Arrays.copyOf(whole, whole.length + 1000);
        Arrays.fill(longer, whole.length, longer.length, (byte) 'x');

        Decoding outcome = decoder.decode(longer);

        assertThat(outcome).isEqualTo(decoder.decode(whole));
    }

    @Test
    void anImageThatIsNotAsLargeAsItsCanvasIsBroken() {
        byte[] file = image("alpha-best.webp");
        file[24]++;

        assertThatThrownBy(() -> format.open(file))
                .isInstanceOf(IOException.class)
                .hasMessage("the WebP file holds an image of 83 x 61 pixels, but its canvas has 84 x 61");
    }

    @Test
    void aFrameThatReachesBeyondItsCanvasIsBroken() {
        byte[] file = image("film-lossy-part.webp");
        ByteBuffer content = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int frame = find(file, "ANMF");
        content.put(frame + CHUNK_HEAD, (byte) 16);

        assertThatThrownBy(() -> format.open(file))
                .isInstanceOf(IOException.class)
                .hasMessage("the WebP file's first frame has 52 x 40 pixels at (32, 10), but the canvas has 83 x 61");
    }

    /** The most that is in use at one time is less: parts of it have become garbage. */
    @Test
    void aPixelTakesNoMoreMemoryThanIsCountedForIt() throws IOException {
        for (OddImages.Odd odd : images()) {
            OpenedImage warm = format.open(odd.encoded());
            warm.rgb();
            OpenedImage image = format.open(odd.encoded());
            long before = MEMORY.getCurrentThreadAllocatedBytes();

            image.rgb();

            long allocated = MEMORY.getCurrentThreadAllocatedBytes() - before;
            long counted = (long) image.width() * image.height() * image.bitsPerPixel() / 8;
            // Tables do not grow with the image; the alpha of lossy images is apart before those begin.
            assertThat(allocated).as(odd.name()).isLessThan(counted * 3 / 2 + 150_000);
        }
    }

    private static byte[] image(String name) {
        return images().stream()
                .filter(odd -> odd.name().equals(name))
                .findFirst()
                .orElseThrow()
                .encoded();
    }

    /** Where the chunk of the first image begins. */
    private static int image(byte[] file) {
        int lossy = find(file, "VP8 ");
        int lossless = find(file, "VP8L");
        return lossy < 0 || (lossless >= 0 && lossless < lossy) ? lossless : lossy;
    }

    private static int endOfImage(byte[] file) {
        int chunk = image(file);
        return chunk
                + CHUNK_HEAD
                + ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(chunk + 4);
    }

    private static int find(byte[] file, String name) {
        byte[] wanted = FileBytes.text(name);
        for (int at = FILE_HEAD; at + 4 <= file.length; at++) {
            if (Arrays.equals(file, at, at + 4, wanted, 0, 4)) {
                return at;
            }
        }
        return -1;
    }

    private static RejectReason reasonOf(Decoding outcome) {
        return outcome.match(decoded -> null, Decoding.Rejected::reason);
    }

    @Test
    void anAnimationWhoseFirstFrameHasNoPixelsIsBroken() {
        for (byte[] file : List.of(HostileImages.webpOfFrame(0, 8), HostileImages.webpOfFrame(8, 0))) {
            Decoding outcome = new ImageDecoder(DecodeLimits.DEFAULT).decode(file);

            assertThat(outcome.<RejectReason>match(decoded -> null, Decoding.Rejected::reason))
                    .isEqualTo(RejectReason.BROKEN);
        }
    }
}
