package io.streamclr.console.probe;

import io.streamclr.trainer.encoder.Embedder;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.probe.OrientedGradients;
import java.nio.ByteBuffer;

/**
 * A way of turning images into features.
 *
 * @param kind of work that it is
 * @param side of the images, in pixels
 * @param dimension of the features, at most
 */
record Look(Cost.Kind kind, int side, int dimension, Describing describing) {

    /** What makes features of images. */
    @FunctionalInterface
    interface Describing {

        /** @param pixels (count, side, side, 3), unsigned bytes */
        Features at(ByteBuffer pixels, int count);
    }

    /** @param pixels (count, side, side, 3), unsigned bytes */
    Features at(ByteBuffer pixels, int count) {
        return describing.at(pixels, count);
    }

    /** About how many seconds it takes for so many images. */
    double seconds(int images) {
        return kind == Cost.Kind.EMBED ? Cost.embedding(images, side) : Cost.describing(images, dimension);
    }

    /** The pixels themselves. @param side of the images, in pixels */
    static Look pixels(int side) {
        return new Look(
                Cost.Kind.DESCRIBE,
                side,
                3 * side * side,
                (pixels, count) -> Features.ofPixels(pixels, count, side, side));
    }

    /** Histograms of oriented gradients. */
    static Look gradients(int side) {
        return new Look(
                Cost.Kind.DESCRIBE,
                side,
                OrientedGradients.dimension(side, side),
                (pixels, count) -> OrientedGradients.features(pixels, count, side, side));
    }

    /** What a network makes of them. @param dimension of its features */
    static Look through(Embedder embedder, int side, int dimension) {
        return new Look(Cost.Kind.EMBED, side, dimension, (pixels, count) -> embedder.embed(pixels, count, side, side));
    }
}
