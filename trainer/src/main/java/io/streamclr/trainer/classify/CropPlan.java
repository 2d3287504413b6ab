package io.streamclr.trainer.classify;

/**
 * How a linear layer is trained on crops.
 *
 * @param epochs how often each image is seen, 1 or more
 * @param batch images in a step, 1 or more; of a smaller set, all of it
 * @param seed of the order of images
 */
public record CropPlan(int epochs, int batch, long seed) {

    /** Of the authors, for 256 images in a step. */
    private static final double RATE = 0.1 / 256;

    public CropPlan {
        if (epochs < 1 || batch < 1) {
            throw new IllegalArgumentException(
                    "Training on crops takes 1 epoch and 1 image in a step or more, not " + epochs + " and " + batch);
        }
    }

    /** Steps for so many images. */
    long steps(int images) {
        int together = Math.min(batch, images);
        return ((long) epochs * images + together - 1) / together;
    }

    /** The learning rate: 0.1 for 256 images in a step, falling to 0 by a cosine. @param passed 0 to 1 */
    double rate(double passed, int together) {
        return RATE * together * 0.5 * (1 + StrictMath.cos(Math.PI * passed));
    }
}
