package io.streamclr.augment.decode;

import static io.streamclr.augment.decode.JpegSamples.jpeg;
import static io.streamclr.augment.decode.JpegSamples.marker;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.decode.JpegSamples.Sampling;
import io.streamclr.augment.decode.format.OpenedImage;
import io.streamclr.augment.decode.jpeg.JpegFormat;
import io.streamclr.schemas.record.RejectReason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEG files that platforms' readers refuse or see differently, and what was cut off, are seen as libjpeg-turbo sees them. */
class OddJpegsTest {

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);
    private final ImageDecoder keeping =
            new ImageDecoder(DecodeLimits.DEFAULT, JpegDecoder.IMAGEIO, CutImages.KEEP, SystemFormats.NO);

    static List<OddJpegs.Odd> whole() {
        return OddJpegs.all().stream()
                .filter(odd -> odd.cut() == CutImages.REJECT)
                .toList();
    }

    static List<OddJpegs.Odd> cut() {
        return OddJpegs.all().stream()
                .filter(odd -> odd.cut() == CutImages.KEEP)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("whole")
    void isSeenToTheBitAsAnIndependentDecoderSeesIt(OddJpegs.Odd odd) {
        assertThat(decoder.decode(odd.encoded())).isEqualTo(new Decoding.Decoded(odd.shows()));
        assertThat(keeping.decode(odd.encoded())).isEqualTo(new Decoding.Decoded(odd.shows()));
    }

    @ParameterizedTest
    @MethodSource("cut")
    void whatWasCutOffIsBrokenUnlessItIsToBeKeptAsPillowKeepsIt(OddJpegs.Odd odd) {
        Decoding rejected = decoder.decode(odd.encoded());

        assertThat(reasonOf(rejected)).isEqualTo(RejectReason.BROKEN);
        assertThat(keeping.decode(odd.encoded())).isEqualTo(new Decoding.Decoded(odd.shows()));
    }

    @Test
    void whatWasCutOffWithinItsHeaderIsBrokenInAnyCase() {
        byte[] file = jpeg(64, 48, JpegSamples.HALF, false);
        int scan = marker(file, 0xDA, 0);

        for (int kept = 4; kept < scan + 14; kept++) {
            assertThat(reasonOf(keeping.decode(Arrays.copyOf(file, kept)))).isEqualTo(RejectReason.BROKEN);
        }
        assertThat(reasonOf(keeping.decode(Arrays.copyOf(file, scan + 15)))).isNull();
    }

    @Test
    void damageInTheMiddleIsBrokenAlsoWhereWhatWasCutOffIsKept() {
        for (Sampling sampling : List.of(JpegSamples.HALF, JpegSamples.DOWN)) {
            byte[] file = jpeg(64, 48, sampling, false);
            int third = (file.length - marker(file, 0xDA, 0)) / 3;
            byte[] gap = Arrays.copyOf(file, file.length - third);
            System.arraycopy(file, file.length - third, gap, gap.length - third, third);

            assertThat(reasonOf(decoder.decode(gap))).isEqualTo(RejectReason.BROKEN);
            assertThat(reasonOf(keeping.decode(gap))).isEqualTo(RejectReason.BROKEN);
        }
    }

    @Test
    void aFileThatSaysThatItEndsIsNotTakenForOneThatWasCutOff() {
        byte[] file = jpeg(64, 48, JpegSamples.HALF, false);
        byte[] shortened = Arrays.copyOf(file, file.length / 2 + 2);
        shortened[shortened.length - 2] = (byte) 0xFF;
        shortened[shortened.length - 1] = (byte) 0xD9;

        assertThat(reasonOf(keeping.decode(shortened))).isEqualTo(RejectReason.BROKEN);
    }

    @Test
    void aFileWhoseRestWasNeverWrittenIsNotWhole() {
        byte[] file = jpeg(64, 48, JpegSamples.HALF, false);
        byte[] half = Arrays.copyOf(Arrays.copyOf(file, file.length / 2), 20_000);

        assertThat(reasonOf(decoder.decode(half))).isEqualTo(RejectReason.BROKEN);
    }

    @ParameterizedTest
    @MethodSource("io.streamclr.augment.decode.PlainJpegTest#kinds")
    void theUsualFilesAreSeenAsThePlatformsReaderSeesThem(Sampling sampling, boolean progressive, int width, int height)
            throws Exception {
        byte[] file = jpeg(width, height, sampling, progressive);

        OpenedImage opened = JpegFormat.refusingCut().open(file);

        assertThat(JpegSegments.of(file).isReadAlike()).isTrue();
        assertThat(decoder.decode(file)).isEqualTo(new Decoding.Decoded(new Pixels(width, height, opened.rgb())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "444",
                "422",
                "420",
                "411",
                "grey",
                "420-progressive",
                "422-progressive",
                "444-quality-100",
                "420-quality-20"
            })
    void photographsAreSeenAsThePlatformsReaderSeesThem(String name) throws Exception {
        byte[] file;
        try (InputStream photograph = getClass().getResourceAsStream("/photographs/" + name + ".jpg")) {
            file = photograph.readAllBytes();
        }

        OpenedImage opened = JpegFormat.refusingCut().open(file);

        assertThat(decoder.decode(file))
                .isEqualTo(new Decoding.Decoded(new Pixels(opened.width(), opened.height(), opened.rgb())));
    }

    @Test
    void partsAreTurnedAndOrientationIsApplied() {
        byte[] file = jpeg(64, 48, JpegSamples.DOWN, false);
        byte[] turned = EncodedSamples.withExif(file, 6);

        Pixels upright = pixels(decoder.decode(turned, (width, height) -> new Region(1, 2, 3, 4)));

        assertThat(upright.width()).isEqualTo(48);
        assertThat(upright.rgb()[upright.at(47, 0)])
                .isEqualTo(pixels(decoder.decode(file)).rgb()[0]);
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF})
    void formsThatNobodyReadsAreNamed(int frame) {
        byte[] file = jpeg(64, 48, JpegSamples.HALF, false);
        file[marker(file, 0xC0, 0) + 1] = (byte) frame;

        Decoding.Rejected rejected = rejected(decoder.decode(file));

        assertThat(rejected.reason()).isEqualTo(RejectReason.UNSUPPORTED);
        assertThat(rejected.detail())
                .isEqualTo(
                        frame == 0xCB
                                ? "The decoder says: lossless JPEG with arithmetic coding is not supported"
                                : "The decoder says: hierarchical JPEG is not supported");
    }

    @Test
    void samplingsThatAreNoPartsOfEachOtherAreNamed() {
        byte[] file = jpeg(64, 48, JpegSamples.HALF, false);
        file[marker(file, 0xC0, 0) + 11] = 0x33;
        file[marker(file, 0xC0, 0) + 14] = 0x21;

        assertThat(rejected(decoder.decode(withoutEnd(file))))
                .isEqualTo(
                        new Decoding.Rejected(
                                RejectReason.UNSUPPORTED,
                                "The decoder says: JPEG with samplings that are no whole parts of each other is not supported"));
    }

    private static byte[] withoutEnd(byte[] file) {
        return Arrays.copyOf(file, file.length - 2);
    }

    /** In a lossless file the other numbers of a scan's header mean nothing. */
    @Test
    void whereALosslessScanSaysThatItEndsDoesNotMatter() {
        OddJpegs.Odd odd = OddJpegs.all().stream()
                .filter(each -> each.name().equals("lossless-4.jpg"))
                .findAny()
                .orElseThrow();
        byte[] file = odd.encoded();
        file[marker(file, 0xDA, 0) + 8] = (byte) 0xFF;

        assertThat(decoder.decode(file)).isEqualTo(new Decoding.Decoded(odd.shows()));
    }

    /** Whatever is done to them, the outcome is an image or an {@link IOException}, and soon. */
    @Test
    void mutatedFilesBecomeAnImageOrAreRefused() {
        Random random = new Random(11);
        int images = 0;
        for (OddJpegs.Odd odd : OddJpegs.all()) {
            for (int i = 0; i < 24; i++) {
                byte[] mutated = mutated(odd.encoded(), random);

                images += outcome(JpegFormat.refusingCut(), mutated) + outcome(JpegFormat.keepingCut(), mutated);
            }
        }
        assertThat(images).isGreaterThan(500);
    }

    private static byte[] mutated(byte[] file, Random random) {
        byte[] mutated = Arrays.copyOf(file, random.nextInt(4) == 0 ? random.nextInt(4, file.length) : file.length);
        for (int changes = random.nextInt(1, 6); changes > 0; changes--) {
            int at = random.nextInt(2, mutated.length);
            switch (random.nextInt(3)) {
                case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutated[at] = (byte) random.nextInt(256);
                default -> System.arraycopy(mutated, at, mutated, random.nextInt(1, at + 1), mutated.length - at);
            }
        }
        return mutated;
    }

    /** 1 for an image, 0 for a refusal. */
    private static int outcome(JpegFormat format, byte[] file) {
        try {
            OpenedImage image = format.open(file);
            long pixels = (long) image.width() * image.height();
            if (pixels < 1 || pixels * image.bitsPerPixel() > 1 << 27) {
                return 0;
            }
            assertThat(image.rgb()).hasSize(Math.toIntExact(3 * pixels));
            return 1;
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotBlank();
            return 0;
        }
    }

    static Stream<Sampling> samplings() {
        return Stream.of(JpegSamples.DOWN, JpegSamples.FULL, JpegSamples.EIGHTH);
    }

    @ParameterizedTest
    @MethodSource("samplings")
    void memoryIsReportedBeforeItIsTaken(Sampling sampling) throws Exception {
        byte[] file = withoutEnd(jpeg(64, 48, sampling, true));
        int samplesOf48Blocks = JpegFormat.refusingCut().open(file).bitsPerPixel() - 24;

        assertThat(samplesOf48Blocks).isBetween(16, 48);
        assertThat(rejected(new ImageDecoder(new DecodeLimits(64 * 48 / 2, 100, 1, 1 << 20)).decode(file))
                        .reason())
                .isEqualTo(RejectReason.TOO_LARGE);
    }

    private static RejectReason reasonOf(Decoding decoding) {
        return decoding.match(decoded -> null, Decoding.Rejected::reason);
    }

    private static Decoding.Rejected rejected(Decoding decoding) {
        return decoding.match(
                decoded -> {
                    throw new AssertionError("became " + decoded.pixels());
                },
                rejected -> rejected);
    }

    private static Pixels pixels(Decoding decoding) {
        return decoding.match(Decoding.Decoded::pixels, rejected -> {
            throw new AssertionError(rejected.toString());
        });
    }
}
