package io.streamclr.augment.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.junit.jupiter.api.Test;

class PartitionEnumeratorTest {

    private static final List<PartitionSplit> FIVE = IntStream.range(0, 5)
            .mapToObj(partition -> PartitionSplit.unread("images", partition, 0, 10))
            .toList();

    private final Readers readers = new Readers();

    @Test
    void eachPartitionGoesToTheReaderOfItsNumberWhenThatReaderArrives() {
        PartitionEnumerator enumerator = new PartitionEnumerator(readers, FIVE);

        enumerator.start();
        arrive(enumerator, 1);
        arrive(enumerator, 0);

        assertThat(readers.given).isEqualTo(Map.of(1, List.of(1, 3), 0, List.of(0, 2, 4)));
        assertThat(readers.noMore).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void aCheckpointHoldsExactlyWhatNoReaderHas() {
        PartitionEnumerator enumerator = new PartitionEnumerator(readers, FIVE);
        enumerator.start();
        arrive(enumerator, 1);

        Unassigned checkpoint = enumerator.snapshotState(1);

        assertThat(checkpoint.splits()).extracting(PartitionSplit::partition).containsExactly(0, 2, 4);
    }

    @Test
    void whatAFailedReaderHadGoesBackToItWhereItWas() {
        PartitionEnumerator enumerator = new PartitionEnumerator(readers, FIVE);
        enumerator.start();
        arrive(enumerator, 0);
        arrive(enumerator, 1);
        readers.registered.remove(1);
        readers.given.clear();
        readers.noMore.clear();

        enumerator.addSplitsBack(List.of(FIVE.get(3).at(0, 7)), 1);
        assertThat(readers.given).isEmpty();
        arrive(enumerator, 1);

        assertThat(readers.given).isEqualTo(Map.of(1, List.of(3)));
        assertThat(readers.splits.get(3).next()).isEqualTo(7);
        assertThat(readers.noMore).contains(1);
    }

    private void arrive(PartitionEnumerator enumerator, int reader) {
        readers.registered.put(reader, new ReaderInfo(reader, "here"));
        enumerator.addReader(reader);
    }

    /** Two readers, of which those that are registered can be given splits. */
    private static final class Readers implements SplitEnumeratorContext<PartitionSplit> {

        private final Map<Integer, ReaderInfo> registered = new HashMap<>();
        private final Map<Integer, List<Integer>> given = new TreeMap<>();
        private final Map<Integer, PartitionSplit> splits = new HashMap<>();
        private final List<Integer> noMore = new ArrayList<>();

        @Override
        public int currentParallelism() {
            return 2;
        }

        @Override
        public Map<Integer, ReaderInfo> registeredReaders() {
            return registered;
        }

        @Override
        public void assignSplits(SplitsAssignment<PartitionSplit> assignment) {
            assignment
                    .assignment()
                    .forEach((reader, assigned) -> assigned.forEach(split -> {
                        given.computeIfAbsent(reader, none -> new ArrayList<>()).add(split.partition());
                        splits.put(split.partition(), split);
                    }));
        }

        @Override
        public void signalNoMoreSplits(int reader) {
            noMore.add(reader);
        }

        @Override
        public SplitEnumeratorMetricGroup metricGroup() {
            throw new UnsupportedOperationException("no metrics here");
        }

        @Override
        public void sendEventToSourceReader(int reader, SourceEvent event) {
            throw new UnsupportedOperationException("no events here");
        }

        @Override
        public <T> void callAsync(Callable<T> work, BiConsumer<T, Throwable> handler) {
            throw new UnsupportedOperationException("nothing is done later");
        }

        @Override
        public <T> void callAsync(Callable<T> work, BiConsumer<T, Throwable> handler, long delay, long period) {
            throw new UnsupportedOperationException("nothing is done later");
        }

        @Override
        public void runInCoordinatorThread(Runnable work) {
            work.run();
        }
    }
}
