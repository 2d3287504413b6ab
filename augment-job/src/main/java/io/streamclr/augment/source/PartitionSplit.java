package io.streamclr.augment.source;

import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * One partition and how far it has been read.
 *
 * @param topic whose partition it is
 * @param partition 0 or more
 * @param begin first offset of every pass
 * @param end offset after the last of every pass but a live one
 * @param pass that reads now, 0 or more
 * @param next offset that this pass reads next
 */
public record PartitionSplit(String topic, int partition, long begin, long end, int pass, long next)
        implements SourceSplit, Serializable {

    public PartitionSplit {
        Objects.requireNonNull(topic, "topic");
        if (partition < 0 || begin < 0 || end < begin || pass < 0 || next < begin) {
            throw new IllegalArgumentException("Partition " + partition + " of " + topic + " cannot be read from "
                    + next + " in pass " + pass + " over [" + begin + ", " + end + ")");
        }
    }

    /** The partition before anything of it is read. */
    public static PartitionSplit unread(String topic, int partition, long begin, long end) {
        return new PartitionSplit(topic, partition, begin, end, 0, begin);
    }

    /** The same partition at another place. */
    public PartitionSplit at(int pass, long next) {
        return new PartitionSplit(topic, partition, begin, end, pass, next);
    }

    @Override
    public String splitId() {
        return Integer.toString(partition);
    }
}
