package io.streamclr.trainer.views;

import java.util.Objects;

/**
 * What all views of a run have in common.
 *
 * @param recipe fingerprint of the recipe; empty where no view was seen
 * @param recipeText that recipe in words; empty where no view said so
 * @param height in pixels; 0 where no view was seen
 * @param width in pixels; 0 where no view was seen
 */
public record ViewShape(String recipe, String recipeText, int height, int width) {

    public ViewShape {
        Objects.requireNonNull(recipe, "recipe");
        Objects.requireNonNull(recipeText, "recipeText");
    }

    public static final ViewShape UNKNOWN = new ViewShape("", "", 0, 0);

    /** Whether views of both are views of one run. */
    public boolean fits(ViewShape other) {
        return recipe.equals(other.recipe) && height == other.height && width == other.width;
    }

    /** Bytes of one view. */
    public int viewBytes() {
        return height * width * 3;
    }

    @Override
    public String toString() {
        return "recipe " + recipe + " and " + height + "x" + width + " pixels";
    }
}
