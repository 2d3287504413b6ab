package io.streamclr.augment.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.augment.decode.DecodeRegion;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.decode.Region;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.identity.PictureHash;
import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import io.streamclr.schemas.record.View;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ViewEngineTest {

    private static final ImageId ID = new ImageId(1, 2);
    private static final Recipe EVERYTHING = Recipe.parse("imagenet,crop.filter=bilinear,size=48,solarize.p=0.2");

    @Test
    void theSameArgumentsGiveTheSameView() {
        View one = new ViewEngine(EVERYTHING).draw(picture(100, 80), 7, ID, 3, 1);
        View other = new ViewEngine(EVERYTHING).draw(picture(100, 80), 7, ID, 3, 1);

        assertThat(one).isEqualTo(other);
        assertThat(one.getHeight()).isEqualTo(48);
        assertThat(one.getWidth()).isEqualTo(48);
        assertThat(one.getPixels().remaining()).isEqualTo(3 * 48 * 48);
    }

    @Test
    void eachArgumentChangesTheView() {
        ViewEngine engine = new ViewEngine(EVERYTHING);
        Pixels image = picture(100, 80);

        Set<View> views = new HashSet<>(List.of(
                engine.draw(image, 7, ID, 3, 0),
                engine.draw(image, 8, ID, 3, 0),
                engine.draw(image, 7, new ImageId(2, 2), 3, 0),
                engine.draw(image, 7, ID, 4, 0),
                engine.draw(image, 7, ID, 3, 1)));

        assertThat(views).hasSize(5);
    }

    @Test
    void thePartThatBothViewsNeedGivesTheSameViewsAsTheWholeImage() {
        ViewEngine engine = new ViewEngine(EVERYTHING);
        Pixels whole = picture(190, 130);
        int smaller = 0;
        for (int pass = 0; pass < 60; pass++) {
            Region needed = engine.wanted(7, ID, pass).of(190, 130);
            Pixels part = cut(whole, needed);
            smaller += part.rgb().length < whole.rgb().length ? 1 : 0;
            for (int view = 0; view < 2; view++) {

                View rendered = engine.draw(part, 7, ID, pass, view);

                assertThat(rendered).isEqualTo(engine.draw(whole, 7, ID, pass, view));
            }
        }
        assertThat(smaller).isGreaterThan(40);
    }

    @Test
    void aPictureHashIsOfTheWholePictureWhateverIsSampled() {
        ViewEngine engine = new ViewEngine(Recipe.parse("imagenet,size=32,picture-hash=yes"));
        Pixels whole = picture(190, 130);
        long expected = PictureHash.of(190, 130, (y, into) -> {
            for (int x = 0; x < 190; x++) {
                int at = 3 * (190 * y + x);
                into[x] = 299 * (whole.rgb()[at] & 0xff)
                        + 587 * (whole.rgb()[at + 1] & 0xff)
                        + 114 * (whole.rgb()[at + 2] & 0xff);
            }
        });

        assertThat(engine.wanted(7, ID, 0)).isSameAs(DecodeRegion.WHOLE);
        assertThat(engine.pictureHash(whole)).isEqualTo(expected).isNotEqualTo(PictureHash.PLAIN);
        assertThatThrownBy(() -> engine.pictureHash(cut(whole, new Region(0, 0, 100, 100))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new ViewEngine(EVERYTHING).pictureHash(whole)).isNull();
    }

    @Test
    void theViewsOfAPictureThatIsHashedAreThoseOfOneThatIsNot() {
        Pixels whole = picture(190, 130);
        ViewEngine hashing = new ViewEngine(Recipe.parse("imagenet,size=32,picture-hash=yes"));
        ViewEngine plain = new ViewEngine(Recipe.parse("imagenet,size=32"));

        for (int pass = 0; pass < 20; pass++) {
            assertThat(hashing.draw(whole, 7, ID, pass, 1)).isEqualTo(plain.draw(whole, 7, ID, pass, 1));
        }
    }

    @Test
    void aPartThatLacksWhatAViewShowsIsADefect() {
        ViewEngine engine = new ViewEngine(EVERYTHING);
        Pixels corner = cut(picture(190, 130), new Region(0, 0, 3, 3));

        assertThatThrownBy(() -> engine.draw(corner, 7, ID, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Pixels cut(Pixels whole, Region part) {
        byte[] rgb = new byte[3 * part.width() * part.height()];
        for (int y = 0; y < part.height(); y++) {
            int from = whole.at(part.x(), part.y() + y);
            System.arraycopy(whole.rgb(), from, rgb, 3 * y * part.width(), 3 * part.width());
        }
        return new Pixels(whole.width(), whole.height(), 1, part, rgb);
    }

    @Test
    void whatAnEngineDrewBeforeLeavesNoTrace() {
        ViewEngine used = new ViewEngine(EVERYTHING);
        for (int pass = 0; pass < 40; pass++) {
            used.draw(picture(300 - 7 * pass, 20 + 5 * pass), 1, ID, pass, 0);
        }

        View after = used.draw(picture(64, 64), 5, ID, 0, 0);

        assertThat(after).isEqualTo(new ViewEngine(EVERYTHING).draw(picture(64, 64), 5, ID, 0, 0));
    }

    @Test
    void manyThreadsDrawWhatOneThreadDraws() {
        List<View> byOne = IntStream.range(0, 64)
                .mapToObj(pass -> new ViewEngine(EVERYTHING).draw(picture(90, 70), 1, ID, pass, 0))
                .toList();

        List<View> byMany = IntStream.range(0, 64)
                .parallel()
                .mapToObj(pass -> new ViewEngine(EVERYTHING).draw(picture(90, 70), 1, ID, pass, 0))
                .toList();

        assertThat(byMany).isEqualTo(byOne);
    }

    @Test
    void aViewIsRenderedAgainFromItsImageAndLineageAlone() {
        ViewEngine engine = new ViewEngine(EVERYTHING);
        Pixels image = picture(120, 90);
        Set<String> met = new HashSet<>();

        for (int pass = 0; pass < 100; pass++) {
            View rendered = engine.draw(image, 1, ID, pass, 0);
            rendered.getLineage().getOperations().forEach(operation -> met.add(operation.getName()));

            View again = new ViewEngine(EVERYTHING).redraw(image, rendered.getLineage());

            assertThat(again).isEqualTo(rendered);
        }

        assertThat(met)
                .containsExactlyInAnyOrder(
                        "flip", "brightness", "contrast", "saturation", "hue", "grey", "blur", "solarize");
    }

    @Test
    void switchingOneStepOffLeavesTheOthersAsTheyWere() {
        Lineage with =
                new ViewEngine(EVERYTHING).draw(picture(90, 90), 3, ID, 0, 0).getLineage();
        for (int pass = 0; !has(with, "blur") || !has(with, "hue"); pass++) {
            with = new ViewEngine(EVERYTHING)
                    .draw(picture(90, 90), 3, ID, pass, 0)
                    .getLineage();
            if (has(with, "blur") && has(with, "hue")) {
                Lineage without = new ViewEngine(EVERYTHING.with("blur.p", "0"))
                        .draw(picture(90, 90), 3, ID, pass, 0)
                        .getLineage();

                List<AppliedOperation> expected = with.getOperations().stream()
                        .filter(operation -> !operation.getName().equals("blur"))
                        .toList();
                assertThat(without.getCrop()).isEqualTo(with.getCrop());
                assertThat(without.getOperations()).isEqualTo(expected);
            }
        }
    }

    /** Whoever changes this digest has changed every view: raise the version of the arithmetic with it. */
    @Test
    void theBytesOfTheViewsNeverChangeByAccident() throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        for (Recipe recipe : List.of(
                EVERYTHING,
                Recipe.parse("cifar,crop.filter=bicubic"),
                Recipe.parse("grey"),
                Recipe.parse("imagenet,crop.filter=bilinear"))) {
            ViewEngine engine = new ViewEngine(recipe);
            for (int pass = 0; pass < 20; pass++) {
                sha256.update(engine.draw(picture(150 + pass, 110 - pass), 42, ID, pass, pass % 2)
                        .getPixels());
            }
        }

        String digest = HexFormat.of().formatHex(sha256.digest(), 0, 16);

        assertThat(digest).isEqualTo("93b2ae8c589da67a375f7d29c9cf7388");
    }

    @Test
    void anImageOfAnotherSizeIsRefused() {
        ViewEngine engine = new ViewEngine(EVERYTHING);
        Lineage lineage = engine.draw(picture(90, 90), 3, ID, 0, 0).getLineage();

        assertThatThrownBy(() -> engine.redraw(picture(50, 90), lineage))
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "The lineage is of an image of 90 x 90 pixels and its crop does not fit this one of 50 x 90;"
                                + " give the image that the view was rendered from");
    }

    @Test
    void aCropOutsideTheImageIsRefused() {
        Lineage outside = new Lineage(1L, 90, 90, new CropBox(80, 0, 11, 5), List.of());

        assertThatThrownBy(() -> new ViewEngine(EVERYTHING).redraw(picture(90, 90), outside))
                .isInstanceOf(RefusalException.class);
    }

    @Test
    void anOperationThatTheRecipeDoesNotHaveIsRefused() {
        Lineage other = new Lineage(
                1L, 90, 90, new CropBox(0, 0, 5, 5), List.of(new AppliedOperation("posterize", List.of(2.0))));

        assertThatThrownBy(() -> new ViewEngine(Recipe.parse("grey")).redraw(picture(90, 90), other))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The lineage names the operation posterize with 1 values, which recipe "
                        + Recipe.parse("grey").fingerprint()
                        + " does not have; use the recipe that the view was rendered by");
    }

    private static boolean has(Lineage lineage, String operation) {
        return lineage.getOperations().stream()
                .anyMatch(applied -> applied.getName().equals(operation));
    }

    /** A picture made of integers alone. */
    private static Pixels picture(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = 3 * (y * width + x);
                rgb[at] = (byte) (x * 5 + y);
                rgb[at + 1] = (byte) (y * 7 + (x / 9 % 2) * 90);
                rgb[at + 2] = (byte) (x * y / 11);
            }
        }
        return new Pixels(width, height, rgb);
    }
}
