package io.streamclr.augment.source;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;

/** Hands partition p to reader p modulo the number of readers, once, and tells each reader that no more will come. */
final class PartitionEnumerator implements SplitEnumerator<PartitionSplit, Unassigned> {

    private final SplitEnumeratorContext<PartitionSplit> context;
    private final Map<Integer, PartitionSplit> unassigned = new TreeMap<>();
    private final Set<Integer> told = new HashSet<>();

    PartitionEnumerator(SplitEnumeratorContext<PartitionSplit> context, Collection<PartitionSplit> splits) {
        this.context = context;
        splits.forEach(split -> unassigned.put(split.partition(), split));
    }

    @Override
    public void start() {
        assign();
    }

    @Override
    public void addReader(int subtask) {
        told.remove(subtask);
        assign();
    }

    @Override
    public void addSplitsBack(List<PartitionSplit> splits, int subtask) {
        splits.forEach(split -> unassigned.put(split.partition(), split));
        told.remove(subtask);
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
            if (told.add(reader)) {
                context.signalNoMoreSplits(reader);
            }
        }
    }

    private int owner(PartitionSplit split) {
        return split.partition() % context.currentParallelism();
    }

    @Override
    public Unassigned snapshotState(long checkpointId) {
        return new Unassigned(List.copyOf(unassigned.values()));
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
