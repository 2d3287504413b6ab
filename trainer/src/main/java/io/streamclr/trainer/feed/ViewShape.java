package io.streamclr.trainer.feed;

import java.util.Objects;

/**
 * What all views of a run have in common.
 *
 * @param recipe fingerprint of the recipe; empty where no view was seen
 * @param recipeText that recipe in words; empty where no view said so
 * @param height in pixels; 0 where no view was seen
 * @param width in pixels; 0 where no view was seen
 */
record ViewShape(String recipe, String recipeText, int height, int width) {

    ViewShape {
        Objects.requireNonNull(recipe, "recipe");
        Objects.requireNonNull(recipeText, "recipeText");
    }

    static final ViewShape UNKNOWN = new ViewShape("", "", 0, 0);

    /** Whether views of both are views of one run. */
    boolean fits(ViewShape other) {
        return recipe.equals(other.recipe) && height == other.height && width == other.width;
    }

    /** Bytes of one view. */
    int viewBytes() {
        return height * width * 3;
    }

    @Override
    public String toString() {
        return "recipe " + recipe + " and " + height + "x" + width + " pixels";
    }
}
