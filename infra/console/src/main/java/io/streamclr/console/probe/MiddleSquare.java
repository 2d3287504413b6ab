package io.streamclr.console.probe;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewEngine;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import io.streamclr.schemas.record.View;
import java.util.List;

/**
 * How an encoder is shown an image that is not to be changed: its middle square, resized to the side of the recipe with
 * the recipe's filter. For one thread.
 */
public final class MiddleSquare {

    private final ViewEngine engine;

    /** @param recipe gives the side and the filter */
    public MiddleSquare(Recipe recipe) {
        this.engine = new ViewEngine(recipe);
    }

    /** The square: (side, side, 3) unsigned bytes, in a new array. */
    public byte[] of(Pixels image) {
        int side = Math.min(image.width(), image.height());
        CropBox box = new CropBox((image.width() - side) / 2, (image.height() - side) / 2, side, side);
        View square = engine.redraw(image, new Lineage(0L, image.width(), image.height(), box, List.of()));
        byte[] bytes = new byte[square.getPixels().remaining()];
        square.getPixels().duplicate().get(bytes);
        return bytes;
    }
}
