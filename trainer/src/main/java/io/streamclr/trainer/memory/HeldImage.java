package io.streamclr.trainer.memory;

import io.streamclr.schemas.identity.ImageId;

/**
 * An image that can be fetched again.
 *
 * @param partition of topic {@code images}, 0 or more
 * @param offset in that partition, 0 or more
 */
public record HeldImage(ImageId id, int partition, long offset) {

    public HeldImage {
        if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException(
                    "No image stands at partition " + partition + ", offset " + offset + "; both count from 0");
        }
    }
}
