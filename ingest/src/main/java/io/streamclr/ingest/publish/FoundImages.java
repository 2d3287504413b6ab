package io.streamclr.ingest.publish;

import io.streamclr.schemas.identity.ImageId;

/** Hears which images a topic has, and where. */
@FunctionalInterface
interface FoundImages {

    /** @param offset of the image's record in its partition */
    void found(ImageId id, int partition, long offset);

    /** Both hear, this one first. */
    default FoundImages and(FoundImages other) {
        return (id, partition, offset) -> {
            found(id, partition, offset);
            other.found(id, partition, offset);
        };
    }
}
