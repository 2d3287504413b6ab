package io.streamclr.local.experiment;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.form.Word;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/** An operation of the paper's figure 5, or the half of one, with the strength that the base recipe has. */
enum ViewOperation implements Word {
    CROP(
            "crop",
            "crop.area-min=0.2,crop.ratio-min=0.75,crop.ratio-max=1.333333333",
            "crop.area-min=0.08,crop.ratio-min=0.75,crop.ratio-max=1.333333333"),
    FLIP("flip", "flip.p=0.5"),
    JITTER(
            "jitter",
            "jitter.p=0.8,jitter.brightness=0.9,jitter.contrast=0.9",
            "jitter.p=0.8,jitter.brightness=0.4,jitter.contrast=0.4,jitter.saturation=0.4,jitter.hue=0.1"),
    /** Jitter without hue. */
    APPEARANCE("appearance", "", "jitter.p=0.8,jitter.brightness=0.4,jitter.contrast=0.4,jitter.saturation=0.4"),
    /** The rest of jitter. */
    HUE("hue", "", "jitter.p=0.8,jitter.hue=0.1"),
    GREYSCALE("greyscale", "", "grey.p=0.5"),
    BLUR("blur", "blur.p=0.5,blur.kernel=0.25"),
    CUTOUT("cutout", "cutout.p=1"),
    ROTATION("rotation", "rotation.p=0.75"),
    SOLARIZE("solarize", "solarize.p=0.5");

    private final String word;
    private final String grey;
    private final String coloured;

    ViewOperation(String word, String both) {
        this(word, both, both);
    }

    /** @param grey what brings it into a recipe of images without colours; empty if it would not change them */
    ViewOperation(String word, String grey, String coloured) {
        this.word = word;
        this.grey = grey;
        this.coloured = coloured;
    }

    /** All that change images of this kind. */
    static List<ViewOperation> of(BaseRecipe base) {
        return Arrays.stream(values())
                .filter(operation -> base.coloured() || !operation.grey.isEmpty())
                .toList();
    }

    /**
     * Those of these names.
     *
     * @throws RefusalException if one is not known, or would not change images of this kind
     */
    static List<ViewOperation> named(List<String> names, BaseRecipe base) {
        List<ViewOperation> all = of(base);
        return names.stream()
                .map(name -> all.stream()
                        .filter(operation -> operation.word.equals(name))
                        .findFirst()
                        .orElseThrow(() -> RefusalException.ofUsage("--operations has '" + name + "', but "
                                + (base.coloured() ? "" : "of images without colours ") + "it takes "
                                + all.stream().map(ViewOperation::word).collect(Collectors.joining(", ")))))
                .toList();
    }

    /** A recipe that takes these operations and no other. */
    static String recipe(BaseRecipe base, List<ViewOperation> operations) {
        String none = base.coloured()
                ? ",crop=off,flip=off,jitter=off,brightness=off,contrast=off,saturation=off,hue=off,grey=off"
                : ",crop=off,flip=off,jitter=off";
        return base.text()
                + none
                + operations.stream()
                        .map(operation -> "," + (base.coloured() ? operation.coloured : operation.grey))
                        .collect(Collectors.joining());
    }

    @Override
    public String word() {
        return word;
    }

    /** All of them, as the command line has them. */
    static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(values()).map(ViewOperation::word).iterator();
        }
    }
}
