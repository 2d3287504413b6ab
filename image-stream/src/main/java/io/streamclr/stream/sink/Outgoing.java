package io.streamclr.stream.sink;

import java.util.Arrays;

/**
 * One record to write, all but the topic's name decided.
 *
 * @param rejected whether it goes to the rejects instead of what the job makes
 * @param partition of the topic, the same as the image's
 * @param key UTF-8 of the image id
 * @param value a record in single-object encoding, a RejectedImage if it is one
 */
public record Outgoing(boolean rejected, int partition, byte[] key, byte[] value) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Outgoing that
                && rejected == that.rejected
                && partition == that.partition
                && Arrays.equals(key, that.key)
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * Boolean.hashCode(rejected) + partition) + Arrays.hashCode(key))
                + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "Outgoing[" + (rejected ? "reject" : "made") + ", partition " + partition + ", " + value.length
                + " bytes]";
    }
}
