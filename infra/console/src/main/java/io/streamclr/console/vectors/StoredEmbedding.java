package io.streamclr.console.vectors;

import io.streamclr.schemas.record.ImageEmbedding;

/**
 * An embedding and where it lies.
 *
 * @param at its offset in its partition of {@code embeddings}, which has the number of its image's partition
 * @param record what the topic says, of which {@code vector} is the numbers
 * @param vector finite numbers, one or more, as the encoder made them; owned by this record, never written to
 */
public record StoredEmbedding(long at, ImageEmbedding record, float[] vector) {

    /** Where nobody says which class an image is of. */
    public static final int NO_LABEL = -1;

    /** Of {@code embeddings} and of {@code images}. */
    public int partition() {
        return record.getOrigin().getPartition();
    }

    /** Of the image in its partition of {@code images}. */
    public long origin() {
        return record.getOrigin().getOffset();
    }

    public EncoderName encoder() {
        return EncoderName.of(record);
    }

    /** The number of the class; {@link #NO_LABEL} where nobody says. */
    public int label() {
        return record.getLabel() == null ? NO_LABEL : record.getLabel();
    }

    /** What the class is called; empty where nobody says. */
    public String className() {
        return record.getClassName() == null ? "" : record.getClassName();
    }

    @Override
    public String toString() {
        return "StoredEmbedding[" + partition() + ":" + at + ", " + record.getImageId() + "]";
    }
}
