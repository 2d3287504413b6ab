package io.streamclr.trainer.torch;

/**
 * How graphics cards of this process compute.
 *
 * @param deterministic whether the same numbers come out each time, which some algorithms do not promise
 * @param tries whether cuDNN measures which algorithm is the fastest, so that another may be taken each time
 * @param tf32 whether convolutions and products of matrices in 32 bits round what they multiply to 10 bits behind the point
 */
record CardArithmetic(boolean deterministic, boolean tries, boolean tf32) {

    /** The same numbers each time. */
    static CardArithmetic repeatable(boolean tf32) {
        return new CardArithmetic(true, false, tf32);
    }
}
