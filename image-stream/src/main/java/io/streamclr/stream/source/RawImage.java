package io.streamclr.stream.source;

import java.util.Arrays;

/**
 * One record of {@code images} as it lies in the log, and the pass that reads it.
 *
 * @param pass 0 or more
 * @param partition of {@code images}, 0 or more
 * @param offset in that partition, 0 or more
 * @param arrivedAt when the broker dated it, in milliseconds since 1970; negative where it did not
 * @param again whether this image was read in an earlier pass too
 * @param value of the record, nothing for one without; owned by this record, never written to
 */
public record RawImage(int pass, int partition, long offset, long arrivedAt, boolean again, byte[] value) {

    /** One that is read for the first time. */
    public RawImage(int pass, int partition, long offset, long arrivedAt, byte[] value) {
        this(pass, partition, offset, arrivedAt, false, value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawImage that
                && pass == that.pass
                && partition == that.partition
                && offset == that.offset
                && arrivedAt == that.arrivedAt
                && again == that.again
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * pass + partition) + Long.hashCode(offset)) + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "RawImage[pass " + pass + ", " + partition + "@" + offset + ", " + value.length + " bytes]";
    }
}
