package io.streamclr.trainer.encoder;

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

    private static final float CENTRE = 0.875f;

    private final ViewEngine engine;

    /** @param recipe gives the side and the filter */
    public MiddleSquare(Recipe recipe) {
        this.engine = new ViewEngine(recipe);
    }

    /** The square: (side, side, 3) unsigned bytes, in a new array. */
    public byte[] of(Pixels image) {
        return of(image, Math.min(image.width(), image.height()));
    }

    /**
     * The centre by which encoders of ImageNet are measured: of an image that is larger than the recipe's side 7/8 of the
     * square, as 224 pixels are of 256; of others the square. The form of {@link #of(Pixels)}.
     */
    public byte[] centreOf(Pixels image) {
        int side = Math.min(image.width(), image.height());
        return of(image, side > engine.recipe().size() ? Math.round(CENTRE * side) : side);
    }

    private byte[] of(Pixels image, int side) {
        CropBox box = new CropBox((image.width() - side) / 2, (image.height() - side) / 2, side, side);
        View square = engine.redraw(image, new Lineage(0L, image.width(), image.height(), box, List.of()));
        byte[] bytes = new byte[square.getPixels().remaining()];
        square.getPixels().duplicate().get(bytes);
        return bytes;
    }
}
