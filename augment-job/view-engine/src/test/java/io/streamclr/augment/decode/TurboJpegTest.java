package io.streamclr.augment.decode;

import static io.streamclr.augment.decode.JpegSamples.jpeg;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.decode.JpegSamples.Sampling;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewEngine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.RejectReason;
import io.streamclr.schemas.record.View;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TurboJpegTest {

    private static final ImageId ID = new ImageId(1, 2);

    private final ImageDecoder usual = new ImageDecoder(DecodeLimits.DEFAULT);
    private ImageDecoder turbo;

    @BeforeEach
    void openWhereTheLibraryIs() {
        try {
            turbo = new ImageDecoder(DecodeLimits.DEFAULT, JpegDecoder.TURBOJPEG, CutImages.REJECT, SystemFormats.NO);
        } catch (RefusalException missing) {
            Required.skip(missing.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("io.streamclr.augment.decode.PlainJpegTest#kinds")
    void unshrunkPixelsAreThoseOfTheUsualDecoder(Sampling sampling, boolean progressive, int width, int height) {
        for (int orientation : new int[] {1, 2, 6}) {
            byte[] file = EncodedSamples.withExif(jpeg(width, height, sampling, progressive), orientation);
            Region part = new Region(0, 0, Math.min(width, height) / 2 + 1, 1);

            assertThat(turbo.decode(file)).isEqualTo(usual.decode(file));
            assertThat(turbo.decode(file, (w, h) -> part)).isEqualTo(usual.decode(file, (w, h) -> part));
        }
    }

    @Test
    void shrunkPixelsShowTheSameAtAPartOfTheSides() {
        byte[] file = EncodedSamples.encode(smooth(333, 250), "jpg");
        Pixels whole = decoded(usual, file, DecodeRegion.WHOLE);
        for (int shrink : new int[] {2, 4, 8}) {

            Pixels shrunk = decoded(turbo, file, shrinking(shrink));

            assertThat(shrunk.shrink()).isEqualTo(shrink);
            assertThat(shrunk.width()).isEqualTo(333);
            assertThat(shrunk.region()).isEqualTo(Region.whole(333, 250).shrunk(shrink));
            for (int y = 0; y < 250 / shrink; y += 5) {
                for (int x = 0; x < 333 / shrink; x += 5) {
                    int there = whole.rgb()[whole.at(x * shrink + shrink / 2, y * shrink + shrink / 2)] & 0xff;
                    assertThat(shrunk.rgb()[shrunk.at(x, y)] & 0xff).isBetween(there - 8, there + 8);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.streamclr.augment.decode.PlainJpegTest#samplings")
    void rowsAboveTheLastThatIsWantedAreThoseOfTheWholeImage(Sampling sampling) {
        byte[] upright = jpeg(61, 130, sampling, false);
        for (int orientation : new int[] {1, 3, 8}) {
            byte[] file = EncodedSamples.withExif(upright, orientation);
            for (int shrink : new int[] {1, 2, 4, 8}) {
                Pixels whole = decoded(turbo, file, shrinking(shrink));
                for (int side = 1; side <= 61; side += 3) {
                    Region part = new Region(0, 0, side, side);

                    Pixels cut = decoded(turbo, file, shrinking(shrink, (w, h) -> part));

                    for (int at = 0; at < (side + shrink - 1) / shrink; at++) {
                        assertThat(cut.rgb()[cut.at(at, at)]).isEqualTo(whole.rgb()[whole.at(at, at)]);
                        assertThat(cut.rgb()[cut.at(0, at) + 2]).isEqualTo(whole.rgb()[whole.at(0, at) + 2]);
                    }
                }
            }
        }
    }

    @Test
    void damageBelowTheLastRowThatIsWantedIsNotLookedAt() {
        byte[] file = jpeg(64, 480, JpegSamples.HALF, false);
        byte[] damaged = file.clone();
        Arrays.fill(damaged, file.length / 2, file.length / 2 + 60, (byte) 0x55);
        Region top = new Region(0, 0, 64, 40);
        Region bottom = new Region(0, 440, 64, 40);

        assertThat(turbo.decode(damaged, (w, h) -> top)).isEqualTo(usual.decode(file, (w, h) -> top));
        assertThat(turbo.decode(damaged, (w, h) -> bottom)).isInstanceOf(Decoding.Rejected.class);
    }

    @Test
    void aViewOfALargePhotographIsRenderedAgainFromItsLineage() {
        byte[] file = EncodedSamples.encode(smooth(1600, 1200), "jpg");
        ViewEngine engine = new ViewEngine(Recipe.parse("imagenet,size=48,decoder=turbojpeg"));
        int mostShrunk = 1;
        for (int pass = 0; pass < 12; pass++) {
            Pixels image = decoded(turbo, file, engine.wanted(7, ID, pass));
            mostShrunk = Math.max(mostShrunk, image.shrink());

            View view = engine.draw(image, 7, ID, pass, pass % 2);

            assertThat(engine.redraw(image, view.getLineage())).isEqualTo(view);
            assertThat(view.getLineage().getImageWidth()).isEqualTo(1600);
        }
        assertThat(mostShrunk).isEqualTo(8);
    }

    @Test
    void aCropIsNeverShrunkBelowTheView() {
        ViewEngine engine = new ViewEngine(Recipe.parse("imagenet,size=48"));
        for (int pass = 0; pass < 200; pass++) {
            DecodeRegion wanted = engine.wanted(7, ID, pass);
            Region both = wanted.of(1600, 1200);

            int shrink = wanted.shrink(1600, 1200);

            assertThat(Math.min(both.width(), both.height()) / shrink).isGreaterThanOrEqualTo(48);
        }
        assertThat(engine.wanted(7, ID, 0).shrink(60, 60)).isEqualTo(1);
    }

    @Test
    void damageAndLimitsEndAsWithTheUsualDecoder() {
        byte[] file = jpeg(64, 48, JpegSamples.HALF, false);
        byte[] damaged = file.clone();
        Arrays.fill(damaged, file.length / 2, file.length / 2 + 60, (byte) 0x55);
        DecodeLimits small = new DecodeLimits(1000, 100, 1, 1 << 20);

        assertThat(reason(turbo, damaged)).isEqualTo(RejectReason.BROKEN);
        assertThat(reason(turbo, Arrays.copyOf(file, file.length - 30))).isEqualTo(RejectReason.BROKEN);
        assertThat(new ImageDecoder(small, JpegDecoder.TURBOJPEG, CutImages.REJECT, SystemFormats.NO).decode(file))
                .isEqualTo(new ImageDecoder(small).decode(file));
        assertThat(turbo.decode(file)).isEqualTo(usual.decode(file));
    }

    /** The library goes on within a file that failed in its header when it gets the next one. */
    @Test
    void aBadFileOfAnyKindDoesNoHarmToThoseAfterIt() {
        byte[] good = jpeg(64, 48, JpegSamples.HALF, false);
        int frame = JpegSamples.marker(good, 0xC0, 0);
        Map<String, byte[]> bad = new LinkedHashMap<>();
        bad.put("other coding", with(good, frame + 1, 0xC3));
        bad.put("other precision", with(good, frame + 4, 12));
        bad.put("no such sampling", with(good, frame + 11, 0x55));
        bad.put("no such component", with(good, JpegSamples.marker(good, 0xDA, 0) + 5, 77));
        bad.put("no quantisation table", with(good, frame + 12, 3));
        bad.put("short frame", with(good, frame + 3, 11));
        bad.put("bad huffman table", with(good, JpegSamples.marker(good, 0xC4, 0) + 5, 255));
        bad.put("bad quantisation table", with(good, JpegSamples.marker(good, 0xDB, 0) + 4, 9));
        bad.put("reserved marker", with(good, JpegSamples.marker(good, 0xC4, 0) + 1, 0xF3));
        for (int kept : new int[] {4, 10, frame, frame + 6, JpegSamples.marker(good, 0xDA, 0) + 3, good.length - 50}) {
            bad.put("cut to " + kept, Arrays.copyOf(good, kept));
            byte[] ended = Arrays.copyOf(good, kept + 2);
            ended[kept] = (byte) 0xFF;
            ended[kept + 1] = (byte) 0xD9;
            bad.put("ended at " + kept, ended);
        }
        Decoding right = usual.decode(good);

        bad.forEach((kind, file) -> {
            turbo.decode(file);
            for (int i = 0; i < 30; i++) {
                assertThat(turbo.decode(good)).as(kind).isEqualTo(right);
            }
        });
    }

    private static byte[] with(byte[] file, int at, int value) {
        byte[] changed = file.clone();
        changed[at] = (byte) value;
        return changed;
    }

    @ParameterizedTest
    @MethodSource("io.streamclr.augment.decode.OddJpegsTest#whole")
    void oddFilesAreSeenAsWithTheUsualDecoder(OddJpegs.Odd odd) {
        assertThat(turbo.decode(odd.encoded())).isEqualTo(usual.decode(odd.encoded()));
    }

    @Test
    void otherFormatsGoTheUsualWay() {
        byte[] png = EncodedSamples.png(40, 30);

        assertThat(turbo.decode(png, shrinking(2))).isEqualTo(usual.decode(png));
    }

    private static BufferedImage smooth(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, (255 * x / width) << 16 | (255 * y / height) << 8 | 0x40);
            }
        }
        return image;
    }

    private static DecodeRegion shrinking(int by) {
        return shrinking(by, DecodeRegion.WHOLE);
    }

    private static DecodeRegion shrinking(int by, DecodeRegion part) {
        return new DecodeRegion() {
            @Override
            public Region of(int width, int height) {
                return part.of(width, height);
            }

            @Override
            public int shrink(int width, int height) {
                return by;
            }
        };
    }

    private static Pixels decoded(ImageDecoder decoder, byte[] file, DecodeRegion wanted) {
        return decoder.decode(file, wanted).match(Decoding.Decoded::pixels, rejected -> {
            throw new AssertionError(rejected.toString());
        });
    }

    private static RejectReason reason(ImageDecoder decoder, byte[] file) {
        return decoder.decode(file)
                .match(
                        decoded -> {
                            throw new AssertionError("became " + decoded.pixels());
                        },
                        Decoding.Rejected::reason);
    }
}
