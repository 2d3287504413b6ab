package io.streamclr.local.experiment;

import io.streamclr.augment.view.Recipe;
import io.streamclr.local.dataset.SampledImages;
import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;

/**
 * The recipe that suits the images of a data set, from which an experiment takes what it does not vary.
 *
 * @param text the recipe, as plans have it
 * @param coloured whether there are colours for an operation to change
 */
public record BaseRecipe(String text, boolean coloured) {

    /** Of all images without colours, whatever their size. */
    public static final BaseRecipe GREY = new BaseRecipe("grey", false);

    /** Larger images are shown at this side: many small runs on larger ones would take days. */
    private static final int MOST_SIDE = 64;

    private static final int LEAST_SIDE = 8;

    /**
     * That of the images of a place: {@code grey} if some dozens of them have no colours, or {@code cifar} at the median of
     * their shorter sides, from {@value #LEAST_SIDE} to {@value #MOST_SIDE} pixels.
     *
     * @throws RefusalException if no image that can be decoded is there
     */
    public static BaseRecipe of(Path data) {
        SampledImages some = SampledImages.of(data);
        return some.coloured() ? cifar(Math.max(LEAST_SIDE, Math.min(MOST_SIDE, some.side()))) : GREY;
    }

    private static BaseRecipe cifar(int side) {
        return new BaseRecipe("cifar", true).at(side);
    }

    /** Height and width of the views, in pixels. */
    public int side() {
        return Recipe.parse(text).size();
    }

    /** The same for views of another size. */
    public BaseRecipe at(int side) {
        return side == side() ? this : new BaseRecipe(text + ",size=" + side, coloured);
    }
}
