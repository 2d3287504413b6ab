package io.streamclr.stream.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands partition p to reader p modulo the number of readers, once, and tells each reader that no more will come. Whoever
 * gives the topic more partitions meanwhile finds in the log that those are read from the next start on.
 */
final class PartitionEnumerator implements SplitEnumerator<PartitionSplit, Unassigned> {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionEnumerator.class);
    private static final long LOOK_MILLIS = Duration.ofMinutes(1).toMillis();

    private final SplitEnumeratorContext<PartitionSplit> context;
    private final String topic;
    private final int known;
    private final Callable<Integer> partitionsNow;
    private final Map<Integer, PartitionSplit> unassigned = new TreeMap<>();
    private final Set<Integer> signalled = new HashSet<>();
    private boolean grown;

    private PartitionEnumerator(
            SplitEnumeratorContext<PartitionSplit> context,
            List<PartitionSplit> all,
            Collection<PartitionSplit> unassigned,
            Callable<Integer> partitionsNow) {
        this.context = context;
        this.topic = all.get(0).topic();
        this.known = all.size();
        this.partitionsNow = partitionsNow;
        unassigned.forEach(split -> this.unassigned.put(split.partition(), split));
    }

    /**
     * Of a job that begins.
     *
     * @param all partitions of the topic, unread or where they go on
     * @param partitionsNow asks how many the topic has
     */
    static PartitionEnumerator beginning(
            SplitEnumeratorContext<PartitionSplit> context, List<PartitionSplit> all, Callable<Integer> partitionsNow) {
        return new PartitionEnumerator(context, all, all, partitionsNow);
    }

    /** Of a job that goes on from a checkpoint; partitions that there were not yet at that time begin now. */
    static PartitionEnumerator goingOn(
            SplitEnumeratorContext<PartitionSplit> context,
            List<PartitionSplit> all,
            Unassigned checkpoint,
            Callable<Integer> partitionsNow) {
        List<PartitionSplit> unassigned = new ArrayList<>(checkpoint.splits());
        all.stream().filter(split -> split.partition() >= checkpoint.known()).forEach(unassigned::add);
        return new PartitionEnumerator(context, all, unassigned, partitionsNow);
    }

    @Override
    public void start() {
        assign();
        context.callAsync(partitionsNow, this::noticeGrowth, LOOK_MILLIS, LOOK_MILLIS);
    }

    private void noticeGrowth(Integer partitions, Throwable silent) {
        if (silent != null) {
            LOG.debug("partitions not counted topic={} reason={}", topic, silent.getMessage());
        } else if (partitions > known && !grown) {
            grown = true;
            LOG.warn(
                    "topic was given more partitions, and images in those become views from the next start on topic={}"
                            + " partitions={} partitionsOfThisStart={}: give the topics of views and rejects as many,"
                            + " then stop the job and start it again",
                    topic,
                    partitions,
                    known);
        }
    }

    @Override
    public void addReader(int subtask) {
        signalled.remove(subtask);
        assign();
    }

    @Override
    public void addSplitsBack(List<PartitionSplit> splits, int subtask) {
        splits.forEach(split -> unassigned.put(split.partition(), split));
        signalled.remove(subtask);
        assign();
    }

    @Override
    public void handleSplitRequest(int subtask, String host) {
        // Readers wait to be given splits: partitions have fixed owners.
    }

    private void assign() {
        Set<Integer> readers = new HashSet<>(context.registeredReaders().keySet());
        Map<Integer, List<PartitionSplit>> given = unassigned.values().stream()
                .filter(split -> readers.contains(owner(split)))
                .collect(Collectors.groupingBy(this::owner, HashMap::new, Collectors.toList()));
        if (!given.isEmpty()) {
            given.values().forEach(splits -> splits.forEach(split -> unassigned.remove(split.partition())));
            context.assignSplits(new SplitsAssignment<>(given));
        }
        for (int reader : readers) {
            if (signalled.add(reader)) {
                context.signalNoMoreSplits(reader);
            }
        }
    }

    private int owner(PartitionSplit split) {
        return split.partition() % context.currentParallelism();
    }

    @Override
    public Unassigned snapshotState(long checkpointId) {
        return new Unassigned(List.copyOf(unassigned.values()), known);
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
