package io.streamclr.stream.source;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PartitionEnumeratorTest {

    private static final List<PartitionSplit> FIVE = IntStream.range(0, 5)
            .mapToObj(partition -> PartitionSplit.unread("images", partition, 0, 10))
            .toList();

    private final Readers readers = new Readers();

    @Test
    void eachPartitionGoesToTheReaderOfItsNumberWhenThatReaderArrives() {
        PartitionEnumerator enumerator = PartitionEnumerator.beginning(readers, FIVE, () -> 5);

        enumerator.start();
        arrive(enumerator, 1);
        arrive(enumerator, 0);

        assertThat(readers.given).isEqualTo(Map.of(1, List.of(1, 3), 0, List.of(0, 2, 4)));
        assertThat(readers.noMore).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void aCheckpointHoldsExactlyWhatNoReaderHas() {
        PartitionEnumerator enumerator = PartitionEnumerator.beginning(readers, FIVE, () -> 5);
        enumerator.start();
        arrive(enumerator, 1);

        Unassigned checkpoint = enumerator.snapshotState(1);

        assertThat(checkpoint.splits()).extracting(PartitionSplit::partition).containsExactly(0, 2, 4);
    }

    @Test
    void whatAFailedReaderHadGoesBackToItWhereItWas() {
        PartitionEnumerator enumerator = PartitionEnumerator.beginning(readers, FIVE, () -> 5);
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

    @Test
    void partitionsThatCameAfterTheCheckpointAreGivenToo() {
        PartitionEnumerator before = PartitionEnumerator.beginning(readers, FIVE.subList(0, 3), () -> 3);
        before.start();
        arrive(before, 1);
        Unassigned checkpoint = before.snapshotState(1);
        readers.registered.clear();
        readers.given.clear();

        PartitionEnumerator after = PartitionEnumerator.goingOn(readers, FIVE, checkpoint, () -> 5);
        after.start();
        arrive(after, 0);
        arrive(after, 1);

        assertThat(readers.given).isEqualTo(Map.of(0, List.of(0, 2, 4), 1, List.of(3)));
        assertThat(after.snapshotState(2)).isEqualTo(new Unassigned(List.of(), 5));
    }

    @Test
    void partitionsThatComeWhileTheJobWorksAreReportedOnce() throws Exception {
        Logger log = (Logger) LoggerFactory.getLogger(PartitionEnumerator.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        try {
            AtomicInteger partitions = new AtomicInteger(5);
            PartitionEnumerator.beginning(readers, FIVE, partitions::get).start();
            readers.later.run();
            assertThat(lines.list).isEmpty();

            partitions.set(6);
            readers.later.run();
            readers.later.run();

            assertThat(lines.list)
                    .singleElement()
                    .asString()
                    .contains("more partitions", "topic=images", "partitions=6", "start it again");
        } finally {
            log.detachAppender(lines);
        }
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
        private Runnable later = () -> {};

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
            later = () -> {
                try {
                    handler.accept(work.call(), null);
                } catch (Exception failed) {
                    handler.accept(null, failed);
                }
            };
        }

        @Override
        public void runInCoordinatorThread(Runnable work) {
            work.run();
        }
    }
}
