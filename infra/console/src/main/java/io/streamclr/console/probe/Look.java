package io.streamclr.console.probe;

import io.streamclr.trainer.probe.Embedder;
import io.streamclr.trainer.probe.Features;
import java.nio.ByteBuffer;

/** A way of turning images into features. */
@FunctionalInterface
interface Look {

    /** @param pixels (count, side, side, 3), unsigned bytes */
    Features at(ByteBuffer pixels, int count);

    /** The pixels themselves. @param side of the images, in pixels */
    static Look pixels(int side) {
        return (pixels, count) -> Features.ofPixels(pixels, count, side, side);
    }

    /** Histograms of oriented gradients. */
    static Look gradients(int side) {
        return (pixels, count) -> Features.ofGradients(pixels, count, side, side);
    }

    /** What a network makes of them. */
    static Look through(Embedder embedder, int side) {
        return (pixels, count) -> embedder.embed(pixels, count, side, side);
    }
}
