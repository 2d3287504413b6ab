package io.streamclr.augment.decode;

import static io.streamclr.augment.decode.JpegSamples.jpeg;
import static io.streamclr.augment.decode.JpegSamples.marker;
import static org.assertj.core.api.Assertions.assertThat;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import io.streamclr.augment.decode.JpegSamples.Sampling;
import io.streamclr.schemas.record.RejectReason;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlainJpegTest {

    private static final String TOO_MANY_SCANS = "The JPEG file has more than 100 scans; save it with fewer";

    private static final List<Sampling> SAMPLINGS = List.of(
            JpegSamples.GREY,
            JpegSamples.FULL,
            JpegSamples.HALF,
            JpegSamples.ACROSS,
            JpegSamples.QUARTER,
            JpegSamples.EIGHTH,
            JpegSamples.FINE_COLOURS);

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);

    static List<Sampling> samplings() {
        return SAMPLINGS;
    }

    static Stream<Arguments> kinds() {
        return SAMPLINGS.stream().flatMap(sampling -> Stream.of(false, true).flatMap(progressive -> Stream.of(
                        new int[] {1, 1}, new int[] {3, 3}, new int[] {37, 29}, new int[] {64, 48}, new int[] {7, 100})
                .map(sides -> Arguments.of(sampling, progressive, sides[0], sides[1]))));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void thePlatformsReaderMakesWhatTwelveMonkeysMakes(Sampling sampling, boolean progressive, int width, int height)
            throws Exception {
        byte[] file = jpeg(width, height, sampling, progressive);

        Pixels pixels = decoded(decoder.decode(file));

        assertThat(JpegSegments.of(file).colours()).isEqualTo(JpegSegments.Colours.PLAIN);
        try (ByteArrayImageInputStream content = new ByteArrayImageInputStream(file)) {
            ImageReader twelveMonkeys = new Readers().readerFor(content).orElseThrow();
            assertThat(twelveMonkeys.getClass().getPackageName()).startsWith("com.twelvemonkeys");
            twelveMonkeys.setInput(content);
            assertThat(pixels.rgb()).isEqualTo(PackedRgb.of(twelveMonkeys.read(0)));
        }
    }

    @Test
    void everyKindHasTheSamePixelsOnEveryJdk() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");

        kinds().map(Arguments::get).forEach(kind -> {
            byte[] file = jpeg((int) kind[2], (int) kind[3], (Sampling) kind[0], (boolean) kind[1]);
            digest.update(decoded(decoder.decode(file)).rgb());
        });

        assertThat(HexFormat.of().formatHex(digest.digest(), 0, 8)).isEqualTo("43a543ce923a0315");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aPartIsThePartOfTheWhole(Sampling sampling, boolean progressive, int width, int height) {
        byte[] plain = jpeg(width, height, sampling, progressive);
        for (int orientation = 1; orientation <= 8; orientation++) {
            byte[] file = EncodedSamples.withExif(plain, orientation);
            Pixels whole = decoded(decoder.decode(file));
            for (Region wanted : parts(whole.width(), whole.height())) {

                Pixels part = decoded(decoder.decode(file, (w, h) -> wanted));

                assertThat(part)
                        .as("orientation %d", orientation)
                        .isEqualTo(new Pixels(whole.width(), whole.height(), 1, wanted, cut(whole, wanted)));
            }
        }
    }

    private static List<Region> parts(int width, int height) {
        Region corner = new Region(0, 0, (width + 1) / 2, (height + 2) / 3);
        Region middle = new Region(width / 3, height / 4, (width + 1) / 2, (height + 1) / 2);
        Region end = new Region(width - 1, height - 1, 1, 1);
        return List.of(corner, middle, end);
    }

    private static byte[] cut(Pixels whole, Region part) {
        byte[] rgb = new byte[3 * part.width() * part.height()];
        for (int y = 0; y < part.height(); y++) {
            System.arraycopy(
                    whole.rgb(), whole.at(part.x(), part.y() + y), rgb, 3 * y * part.width(), 3 * part.width());
        }
        return rgb;
    }

    @Test
    void aThousandScansAreRefusedBeforeTheyAreDecoded() {
        byte[] file = jpeg(64, 48, JpegSamples.HALF, true);
        int last = marker(file, 0xDA, 9);
        byte[] scan = Arrays.copyOfRange(file, last, file.length - 2);
        byte[] many = Arrays.copyOf(file, file.length - 2 + 1000 * scan.length + 2);
        IntStream.range(0, 1000)
                .forEach(i -> System.arraycopy(scan, 0, many, file.length - 2 + i * scan.length, scan.length));
        many[many.length - 2] = (byte) 0xFF;
        many[many.length - 1] = (byte) 0xD9;

        assertThat(rejected(many)).isEqualTo(new Decoding.Rejected(RejectReason.UNSUPPORTED, TOO_MANY_SCANS));
    }

    @Test
    void scansAfterAMarkerThatStandsAloneAreCountedToo() {
        byte[] file = jpeg(64, 48, JpegSamples.HALF, true);
        int last = marker(file, 0xDA, 9);
        byte[] scan = Arrays.copyOfRange(file, last, file.length - 2);
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        many.write(file, 0, file.length - 2);
        many.writeBytes(new byte[] {-1, 1});
        for (int i = 0; i < 200; i++) {
            many.writeBytes(scan);
        }
        many.writeBytes(new byte[] {-1, (byte) 0xD9});

        assertThat(rejected(many.toByteArray()).detail()).isEqualTo(TOO_MANY_SCANS);
    }

    @Test
    void scansInArithmeticCodesAreCountedToo() {
        assertThat(rejected(HostileImages.jpeg(0xCA, 64, 48, 200)).detail()).isEqualTo(TOO_MANY_SCANS);
    }

    @Test
    void dataThatTheDecoderCallsCorruptIsBrokenAndNotMadeUp() {
        byte[] file = jpeg(64, 48, JpegSamples.HALF, false);
        int middle = (marker(file, 0xDA, 0) + file.length) / 2;
        byte[] damaged = file.clone();
        Arrays.fill(damaged, middle, middle + 40, (byte) 0x55);

        assertThat(rejected(damaged).reason()).isEqualTo(RejectReason.BROKEN);
        assertThat(rejected(damaged).detail()).startsWith("The decoder says: Corrupt JPEG data");
        assertThat(decoded(decoder.decode(file)).width()).isEqualTo(64);
    }

    private Decoding.Rejected rejected(byte[] file) {
        return decoder.decode(file)
                .match(
                        decoded -> {
                            throw new AssertionError("became " + decoded.pixels());
                        },
                        rejected -> rejected);
    }

    private static Pixels decoded(Decoding decoding) {
        return decoding.match(Decoding.Decoded::pixels, rejected -> {
            throw new AssertionError(rejected.toString());
        });
    }
}
