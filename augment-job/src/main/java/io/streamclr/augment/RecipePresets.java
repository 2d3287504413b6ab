package io.streamclr.augment;

import io.streamclr.augment.view.Recipe;
import java.util.Iterator;

/** The recipes that a shell offers: the presets, each of which is a recipe. */
public final class RecipePresets implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
        return Recipe.presets().iterator();
    }
}
