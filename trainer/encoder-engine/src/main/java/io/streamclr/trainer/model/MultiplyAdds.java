package io.streamclr.trainer.model;

/**
 * What one image takes of convolutions, linear layers and products of matrices, in products that are added up: half as many
 * as floating-point operations. All else, such as normalisation, is left out, as is usual for such figures.
 *
 * @param forward from pixels to embeddings
 * @param backward the gradients of weights and of what each layer takes in, each as many as forward; without those of pixels,
 *     which nobody asks for, and of weights that are not trained
 */
public record MultiplyAdds(long forward, long backward) {

    /** Of layers of which the first takes pixels. @param first its own on the way forward */
    static MultiplyAdds fromPixels(long forward, long first) {
        return new MultiplyAdds(forward, 2 * forward - first);
    }

    /** With a layer more. */
    MultiplyAdds and(long more) {
        return new MultiplyAdds(forward + more, backward + 2 * more);
    }

    /** With the same going back less. */
    MultiplyAdds withoutBackward(long less) {
        return new MultiplyAdds(forward, backward - less);
    }
}
