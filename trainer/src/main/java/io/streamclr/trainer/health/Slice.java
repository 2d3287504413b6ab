package io.streamclr.trainer.health;

/**
 * How a part of the labelled images fared in one probe.
 *
 * @param name what its class is called, or its number, or {@link Slices#REST}
 * @param images how many it has, 1 or more
 * @param right how many of them were classified rightly
 */
public record Slice(String name, int images, int right) {

    public Slice {
        if (images < 1 || right < 0 || right > images) {
            throw new IllegalArgumentException(right + " of " + images + " images cannot be right in slice " + name);
        }
    }

    /** In [0, 1]. */
    public double accuracy() {
        return (double) right / images;
    }
}
