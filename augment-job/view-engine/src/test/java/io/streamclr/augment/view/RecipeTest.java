package io.streamclr.augment.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.CropBox;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecipeTest {

    @Test
    void everyPresetReadsItsOwnTextBack() {
        for (String preset : Recipe.presets()) {
            Recipe recipe = Recipe.parse(preset);

            Recipe again = Recipe.parse(recipe.text());

            assertThat(again).isEqualTo(recipe);
            assertThat(again.fingerprint()).isEqualTo(recipe.fingerprint());
        }
    }

    @Test
    void theShortTextNamesThePresetAndWhatDiffersAndIsReadAsTheSameRecipe() {
        for (String text : new String[] {"imagenet", "grey", "cifar,size=48", "cifar,size=48,crop.filter=bilinear"}) {
            assertThat(Recipe.parse(text).shortText()).isEqualTo(text);
        }
        Recipe written = Recipe.parse("grey,solarize.p=0.1,jitter.p=0.50,flip.p=0.5");
        assertThat(written.shortText()).isEqualTo("grey,jitter.p=0.5,solarize.p=0.1");
        assertThat(Recipe.parse(written.shortText())).isEqualTo(written);
    }

    @Test
    void everyParameterIsSetInEveryPreset() {
        for (String preset : Recipe.presets()) {
            Recipe everything = Recipe.parse(
                    preset + ",rotation.p=0.1,cutout.p=0.1,cutout.side=0.3,picture-hash=yes,cut-images=keep,"
                            + "system-formats=all");

            assertThat(everything.text().split(",", -1)).hasSize(Parameter.values().length);
        }
    }

    @Test
    void whatALaterReleaseAddedIsWrittenWhereItIsUsed() {
        assertThat(Recipe.parse("grey").text())
                .doesNotContain("rotation", "cutout", "picture-hash", "cut-images", "system-formats");
        assertThat(Recipe.parse("grey,cutout.side=0.3").text()).doesNotContain("cutout");
        for (String text : new String[] {
            "grey,rotation.p=0.75",
            "grey,cutout.p=1",
            "grey,cutout.p=1,cutout.side=0.3",
            "grey,picture-hash=yes",
            "grey,cut-images=keep",
            "grey,system-formats=exact"
        }) {
            Recipe recipe = Recipe.parse(text);

            assertThat(Recipe.parse(recipe.text())).isEqualTo(recipe);
            assertThat(recipe.shortText()).isEqualTo(text);
        }
    }

    @Test
    void everyParameterChangesTheFingerprint() {
        Set<String> seen = new HashSet<>();
        seen.add(Recipe.parse("imagenet").fingerprint());

        for (String change : new String[] {
            "size=64",
            "crop.area-min=0.1",
            "crop.area-max=0.9",
            "crop.ratio-min=0.8",
            "crop.ratio-max=1.3",
            "crop.filter=bilinear",
            "flip.p=0.4",
            "jitter.p=0.7",
            "jitter.order=fixed",
            "jitter.brightness=0.7",
            "jitter.contrast=0.7",
            "jitter.saturation=0.7",
            "jitter.hue=0.1",
            "grey.p=0.1",
            "blur.p=0.4",
            "blur.sigma-min=0.2",
            "blur.sigma-max=1.9",
            "blur.kernel=0.2",
            "solarize.p=0.1",
            "solarize.p=0.1,solarize.threshold=127",
            "rotation.p=0.1",
            "cutout.p=0.1",
            "cutout.p=0.1,cutout.side=0.3",
            "decoder=turbojpeg",
            "picture-hash=yes",
            "cut-images=keep",
            "system-formats=exact"
        }) {
            assertThat(seen.add(Recipe.parse("imagenet," + change).fingerprint()))
                    .as(change)
                    .isTrue();
        }

        assertThat(seen).hasSize(Parameter.values().length + 1);
    }

    @Test
    void theSameValueInAnotherSpellingIsTheSameRecipe() {
        Recipe one = Recipe.parse("cifar,jitter.p=0.50, size=48");
        Recipe other = Recipe.parse("cifar").with("size", "48").with("jitter.p", "5e-1");

        assertThat(one).isEqualTo(other);
        assertThat(one.fingerprint()).isEqualTo(other.fingerprint());
    }

    @Test
    void anOperationIsSwitchedOffByItsName() {
        for (String operation : new String[] {
            "flip",
            "rotation",
            "jitter",
            "brightness",
            "contrast",
            "saturation",
            "hue",
            "grey",
            "blur",
            "solarize",
            "cutout"
        }) {
            Recipe without = Recipe.parse("imagenet,solarize.p=0.5,rotation.p=0.5,cutout.p=0.5," + operation + "=off");

            Set<String> left = new HashSet<>();
            without.steps().stream().filter(step -> step.probability() > 0).forEach(step -> step.operations()
                    .forEach(one -> left.add(one.name())));
            Set<String> expected = new HashSet<>(Set.of(
                    "flip",
                    "rotation",
                    "brightness",
                    "contrast",
                    "saturation",
                    "hue",
                    "grey",
                    "blur",
                    "solarize",
                    "cutout"));
            expected.removeAll(
                    operation.equals("jitter")
                            ? Set.of("brightness", "contrast", "saturation", "hue")
                            : Set.of(operation));
            assertThat(left).isEqualTo(expected);
        }
    }

    @Test
    void withoutACropTheWholeImageIsShown() {
        RandomCrop crop = Recipe.parse("imagenet,crop=off").crop();

        for (int seed = 0; seed < 1000; seed++) {
            assertThat(crop.draw(500, 375, new Draws(seed))).isEqualTo(new CropBox(0, 0, 500, 375));
            assertThat(crop.draw(31, 640, new Draws(seed))).isEqualTo(new CropBox(0, 0, 31, 640));
        }
    }

    @Test
    void textsThatDrawTheSameViewsHaveOneFingerprint() {
        requireOneFingerprint("imagenet,blur=off", "imagenet,blur.p=0", "imagenet,blur.sigma-max=1,blur.p=0.00");
        requireOneFingerprint("imagenet,blur=off,blur.p=0.5", "imagenet");
        requireOneFingerprint("imagenet,solarize=off,solarize.threshold=99", "imagenet");
        requireOneFingerprint(
                "cifar,jitter=off",
                "cifar,jitter.p=0,jitter.hue=0.3",
                "cifar,brightness=off,contrast=off,saturation=off,hue=off,jitter.order=fixed");
        requireOneFingerprint(
                "cifar,size=224,blur.p=0.5,jitter.brightness=0.8,jitter.contrast=0.8,"
                        + "jitter.saturation=0.8,jitter.hue=0.2",
                "imagenet");
    }

    private static void requireOneFingerprint(String... texts) {
        for (String text : texts) {
            assertThat(Recipe.parse(text)).as(text).isEqualTo(Recipe.parse(texts[0]));
            assertThat(Recipe.parse(text).fingerprint())
                    .as(text)
                    .isEqualTo(Recipe.parse(texts[0]).fingerprint());
        }
    }

    /** A changed digest means that views in existing topics can no longer be distinguished from new ones by their recipe. */
    @Test
    void fingerprintsOfThePresetsNeverChangeByAccident() {
        assertThat(Recipe.parse("imagenet").fingerprint()).isEqualTo("3346a1b816c639df");
        assertThat(Recipe.parse("grey").fingerprint()).isEqualTo("e2d5b899f5370fca");
    }

    @Test
    void whatCannotBeRenderedIsRefusedInOneSentence() {
        assertThatThrownBy(() -> Recipe.parse("cifar100"))
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "There is no recipe 'cifar100'; name one of cifar, grey, imagenet, and changes after it, such"
                                + " as cifar,jitter.p=0.5");
        assertThatThrownBy(() -> Recipe.parse("cifar,flip.p=1.5"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The recipe's flip.p is '1.5', but it must be a number of at most 9 decimal places from 0"
                        + " to 1");
        assertThatThrownBy(() -> Recipe.parse("cifar,size=32.5"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The recipe's size is '32.5', but it must be a whole number from 4 to 1024");
        assertThatThrownBy(() -> Recipe.parse("cifar,crop.filter=nearest"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The recipe's crop.filter is 'nearest', but it must be one of bilinear, bicubic");
        assertThatThrownBy(() -> Recipe.parse("cifar,blur.sigma-min=3"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The recipe's blur.sigma-min is above its blur.sigma-max: there is nothing between them;"
                        + " exchange the two");
        assertThatThrownBy(() -> Recipe.parse("cifar,flop"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The recipe has 'flop' where name=value is expected, such as jitter.p=0.5");
        assertThatThrownBy(() -> Recipe.parse("cifar,flop=off"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("A recipe cannot switch 'flop' off; what it can switch off is blur, brightness, contrast,"
                        + " crop, cutout, flip, grey, hue, jitter, rotation, saturation, solarize");
        assertThatThrownBy(() -> Recipe.parse("cifar,flop.p=1"))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("A recipe has no parameter 'flop.p'; its parameters are size, crop.area-min, ");
    }

    @Test
    void aNumberOfAbsurdLengthIsRefusedWithoutBeingWrittenOut() {
        assertThatThrownBy(() -> Recipe.parse("cifar,size=1e999999999")).isInstanceOf(RefusalException.class);
        assertThatThrownBy(() -> Recipe.parse("cifar,size=" + "9".repeat(100_000)))
                .isInstanceOf(RefusalException.class);
    }
}
