package io.streamclr.console.topics;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.OpenTransaction;
import io.streamclr.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/** Looks at single topics from outside: what they hold, how fast they grow, and who says that they read them. */
final class TopicSurvey implements AutoCloseable {

    private static final Duration RECENT = Duration.ofMinutes(1);
    private static final long PATIENCE_SECONDS = 20;

    private final Topics topics;
    private final Admin admin;
    private final Clock clock;
    private Optional<Map<String, Map<TopicPartition, Long>>> groups = Optional.empty();

    /**
     * What a topic holds.
     *
     * @param bytes on the brokers, copies included; empty where this user may not ask
     * @param oldest date of the oldest record; empty where there is none
     * @param newest date of the newest
     * @param perSecond records in the minute before it was looked at
     * @param ranges by partition, in order
     * @param readers consumer groups that reported to the broker how far they have read
     * @param hidden transactions that are open
     */
    record Found(
            OptionalLong bytes,
            Optional<Instant> oldest,
            Optional<Instant> newest,
            double perSecond,
            List<Range> ranges,
            List<Reader> readers,
            List<OpenTransaction> hidden) {

        /** Offsets that are held; transaction markers count, and compacted records too. */
        long records() {
            return ranges.stream()
                    .mapToLong(range -> range.end() - range.first())
                    .sum();
        }

        long hiddenRecords() {
            return hidden.stream().mapToLong(OpenTransaction::hidden).sum();
        }
    }

    /** Offsets that a partition holds, from {@code first} to before {@code end}. */
    record Range(int partition, long first, long end) {}

    /** @param behind records between where the group is and the topic's end */
    record Reader(String group, long behind) {}

    TopicSurvey(KafkaConnection kafka, Clock clock) {
        this.topics = Topics.at(kafka);
        this.admin = Admin.create(kafka.with(Map.of()));
        this.clock = clock;
    }

    /**
     * Looks at a topic; empty if there is none of that name.
     *
     * @throws RefusalException if no broker answers, or it does not let us look
     */
    Optional<Found> look(String topic) {
        if (topics.partitions(topic).isEmpty()) {
            return Optional.empty();
        }
        Map<Integer, Long> beginning = topics.beginning(topic);
        Map<Integer, Long> end = topics.end(topic);
        long recently = sum(end) - sum(topics.endAt(topic, clock.instant().minus(RECENT)));
        List<Range> ranges = new ArrayList<>();
        end.forEach((partition, last) -> ranges.add(new Range(partition, beginning.get(partition), last)));
        return Optional.of(new Found(
                bytes(topic),
                dates(topic, end.size(), OffsetSpec.forTimestamp(0)).min(Instant::compareTo),
                dates(topic, end.size(), OffsetSpec.maxTimestamp()).max(Instant::compareTo),
                (double) recently / RECENT.toSeconds(),
                ranges,
                readers(topic, end),
                topics.openTransactions(topic)));
    }

    private static long sum(Map<Integer, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    private Stream<Instant> dates(String topic, int partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        IntStream.range(0, partitions).forEach(partition -> asked.put(new TopicPartition(topic, partition), which));
        return answer(admin.listOffsets(asked).all()).values().stream()
                .filter(found -> found.timestamp() >= 0)
                .map(ListOffsetsResultInfo::timestamp)
                .map(Instant::ofEpochMilli);
    }

    private OptionalLong bytes(String topic) {
        List<Integer> brokers =
                answer(admin.describeCluster().nodes()).stream().map(Node::id).toList();
        try {
            return OptionalLong.of(await(admin.describeLogDirs(brokers).allDescriptions()).values().stream()
                    .flatMap(folders -> folders.values().stream())
                    .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                    .filter(replica -> replica.getKey().topic().equals(topic))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof AuthorizationException) {
                return OptionalLong.empty();
            }
            throw refusal(failed);
        }
    }

    private List<Reader> readers(String topic, Map<Integer, Long> end) {
        if (groups.isEmpty()) {
            groups = Optional.of(askForGroups());
        }
        List<Reader> readers = new ArrayList<>();
        groups.get().forEach((group, offsets) -> {
            List<TopicPartition> read = offsets.keySet().stream()
                    .filter(partition -> partition.topic().equals(topic) && end.containsKey(partition.partition()))
                    .toList();
            if (!read.isEmpty()) {
                long behind = read.stream()
                        .mapToLong(partition -> Math.max(0, end.get(partition.partition()) - offsets.get(partition)))
                        .sum();
                readers.add(new Reader(group, behind));
            }
        });
        return readers;
    }

    /** By group, the offsets that it has reported. */
    private Map<String, Map<TopicPartition, Long>> askForGroups() {
        Map<String, Map<TopicPartition, Long>> all = new TreeMap<>();
        for (GroupListing group : answer(admin.listGroups().valid())) {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            answer(admin.listConsumerGroupOffsets(group.groupId()).partitionsToOffsetAndMetadata())
                    .forEach((partition, committed) -> {
                        if (committed != null) {
                            offsets.put(partition, committed.offset());
                        }
                    });
            all.put(group.groupId(), offsets);
        }
        return all;
    }

    private static <T> T answer(KafkaFuture<T> question) {
        try {
            return await(question);
        } catch (ExecutionException failed) {
            throw refusal(failed);
        }
    }

    private static <T> T await(KafkaFuture<T> question) throws ExecutionException {
        try {
            return question.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new RefusalException(
                    "The broker does not say what its topics hold within " + PATIENCE_SECONDS
                            + " seconds; see whether it is well",
                    late);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RefusalException("Stopped while waiting for the broker", stopped);
        }
    }

    private static RefusalException refusal(ExecutionException failed) {
        return new RefusalException(
                "The broker does not say what its topics hold: "
                        + failed.getCause().getMessage() + "; check the rights of the user in the --kafka-config file",
                failed);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
        topics.close();
    }
}
