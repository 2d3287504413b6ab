package io.streamclr.stream.source;

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
 * @param start where the job began, of which a job before it had read what lies before
 */
public record PartitionSplit(String topic, int partition, long begin, long end, int pass, long next, Start start)
        implements SourceSplit, Serializable {

    /**
     * Where the first pass of a job begins.
     *
     * @param pass 0 or more
     * @param next offset
     */
    public record Start(int pass, long next) implements Serializable {}

    public PartitionSplit {
        Objects.requireNonNull(topic, "topic");
        if (partition < 0 || begin < 0 || end < begin || pass < 0 || next < begin) {
            throw new IllegalArgumentException("Partition " + partition + " of " + topic + " cannot be read from "
                    + next + " in pass " + pass + " over [" + begin + ", " + end + ")");
        }
    }

    /** The partition before anything of it is read. */
    public static PartitionSplit unread(String topic, int partition, long begin, long end) {
        return new PartitionSplit(topic, partition, begin, end, 0, begin, new Start(0, begin));
    }

    /** The same partition at another place. */
    public PartitionSplit at(int pass, long next) {
        return new PartitionSplit(topic, partition, begin, end, pass, next, start);
    }

    /** The partition as a job takes it up where one before it ended. */
    public PartitionSplit from(int pass, long next) {
        return new PartitionSplit(topic, partition, begin, end, pass, next, new Start(pass, next));
    }

    /**
     * Whether an image is surely read again in this pass. Of the pass that the job began in, what comes after its start may
     * be newer than all passes of the job before.
     */
    boolean isAgain(int inPass, long offset) {
        return inPass > 0 && offset < end && (inPass != start.pass() || offset < start.next());
    }

    @Override
    public String splitId() {
        return Integer.toString(partition);
    }
}
