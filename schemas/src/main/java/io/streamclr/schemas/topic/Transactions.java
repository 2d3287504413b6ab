package io.streamclr.schemas.topic;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Finds and ends the transactions that hide records of a topic. */
final class Transactions {

    private final Admin admin;
    private final BrokerAnswers answers;
    private final Clock clock;

    Transactions(Admin admin, BrokerAnswers answers, Clock clock) {
        this.admin = admin;
        this.answers = answers;
        this.clock = clock;
    }

    /** The oldest open transaction of each partition that has one, by partition: it is what the others wait for. */
    List<OpenTransaction> oldestOpen(String topic, Map<Integer, Long> ends) throws ExecutionException {
        Map<TopicPartition, Long> hidden = hidden(topic, ends);
        if (hidden.isEmpty()) {
            return List.of();
        }
        var writers = answers.await(admin.describeProducers(hidden.keySet()).all());
        List<OpenTransaction> open = new ArrayList<>();
        for (TopicPartition partition : hidden.keySet()) {
            // None is left where it ended between the two questions.
            Optional<ProducerState> oldest = writers.get(partition).activeProducers().stream()
                    .filter(writer -> writer.currentTransactionStartOffset().isPresent())
                    .min(Comparator.comparingLong(
                            writer -> writer.currentTransactionStartOffset().getAsLong()));
            if (oldest.isPresent()) {
                open.add(described(partition, hidden.get(partition), oldest.get()));
            }
        }
        return open;
    }

    /** Offsets between the last stable one and the end, of partitions where there are such. */
    private Map<TopicPartition, Long> hidden(String topic, Map<Integer, Long> ends) throws ExecutionException {
        Map<TopicPartition, OffsetSpec> asked = ends.keySet().stream()
                .collect(Collectors.toMap(
                        partition -> new TopicPartition(topic, partition), partition -> OffsetSpec.latest()));
        return answers
                .await(admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all())
                .entrySet()
                .stream()
                .filter(stable ->
                        stable.getValue().offset() < ends.get(stable.getKey().partition()))
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        stable -> ends.get(stable.getKey().partition())
                                - stable.getValue().offset(),
                        Long::sum,
                        () -> new TreeMap<>(Comparator.comparingInt(TopicPartition::partition))));
    }

    private OpenTransaction described(TopicPartition partition, long hidden, ProducerState writer)
            throws ExecutionException {
        String id = answers
                .await(admin.listTransactions(
                                new ListTransactionsOptions().filterProducerIds(Set.of(writer.producerId())))
                        .all())
                .stream()
                .map(TransactionListing::transactionalId)
                .findFirst()
                .orElse("");
        return new OpenTransaction(
                partition.topic(),
                partition.partition(),
                hidden,
                id,
                writer.producerId(),
                writer.producerEpoch(),
                writer.coordinatorEpoch().orElse(-1),
                openFor(id, writer));
    }

    /** The coordinator knows when it began; of one that it has forgotten, only the last record's date is known. */
    private Duration openFor(String id, ProducerState writer) throws ExecutionException {
        long since = id.isEmpty()
                ? writer.lastTimestamp()
                : answers.await(admin.describeTransactions(Set.of(id)).description(id))
                        .transactionStartTimeMs()
                        .orElse(writer.lastTimestamp());
        Duration open = Duration.between(Instant.ofEpochMilli(since), clock.instant());
        return open.isNegative() ? Duration.ZERO : open;
    }

    /** Ends it; its records are dropped. */
    void abort(OpenTransaction open) throws ExecutionException {
        if (open.transactionalId().isEmpty()) {
            answers.await(admin.abortTransaction(new AbortTransactionSpec(
                            new TopicPartition(open.topic(), open.partition()),
                            open.producerId(),
                            (short) open.producerEpoch(),
                            open.coordinatorEpoch()))
                    .all());
        } else {
            answers.await(admin.fenceProducers(Set.of(open.transactionalId())).all());
        }
    }
}
