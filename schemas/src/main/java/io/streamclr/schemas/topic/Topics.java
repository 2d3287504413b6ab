package io.streamclr.schemas.topic;

import io.streamclr.schemas.RefusalException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of one broker: which there are, how many partitions they have, what they hold. */
public final class Topics implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** The controller knows a new topic at once, each broker a moment later. */
    private static final Duration SPREADING = Duration.ofSeconds(1);

    private final KafkaConnection connection;
    private final Duration patience;
    private final Admin admin;
    private final BrokerAnswers answers;
    private final Transactions transactions;
    private final Optional<Short> replication;

    private Topics(KafkaConnection connection, Duration patience, Admin admin, Optional<Short> replication) {
        this.connection = connection;
        this.patience = patience;
        this.admin = admin;
        this.replication = replication;
        this.answers = new BrokerAnswers(connection.bootstrapServers(), patience);
        this.transactions = new Transactions(admin, answers, Clock.systemUTC());
    }

    /**
     * The topics of the broker at this connection. Nothing is sent yet.
     *
     * @throws RefusalException if the connection's properties or address make no client
     */
    public static Topics at(KafkaConnection connection) {
        return at(connection, PATIENCE);
    }

    static Topics at(KafkaConnection connection, Duration patience) {
        int millis = Math.toIntExact(patience.toMillis());
        Map<String, Object> properties = connection.with(Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                millis,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                millis / 3));
        try {
            return new Topics(connection, patience, Admin.create(properties), Optional.empty());
        } catch (KafkaException refused) {
            throw BrokerAnswers.noClient(connection.bootstrapServers(), refused);
        }
    }

    /**
     * The same topics, of which new ones get so many replicas, in place of as many as the broker's default says. Closing one
     * closes both.
     *
     * @throws RefusalException if there are fewer brokers than that
     */
    public Topics replicated(int replicas) {
        int brokers = brokers();
        if (replicas < 1 || replicas > brokers) {
            throw new RefusalException("The cluster at " + connection.bootstrapServers() + " has " + brokers
                    + (brokers == 1 ? " broker" : " brokers") + ", so a topic can have 1 to " + brokers
                    + " replicas and not " + replicas);
        }
        return new Topics(connection, patience, admin, Optional.of((short) replicas));
    }

    private int brokers() {
        try {
            return answers.await(admin.describeCluster().nodes()).size();
        } catch (ExecutionException failed) {
            throw answers.refusal(failed);
        }
    }

    /** The number of partitions of a topic; empty if the broker that happens to be asked knows no such topic. */
    public OptionalInt partitions(String name) {
        try {
            return OptionalInt.of(answers.await(describe(name, new DescribeTopicsOptions()))
                    .partitions()
                    .size());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                return OptionalInt.empty();
            }
            throw answers.refusal(failed);
        }
    }

    /**
     * The number of partitions of a topic that must be there, if only since a moment ago.
     *
     * @throws RefusalException if it is not
     */
    public int require(String name) {
        try {
            return answers.awaitKnown(() -> describe(name, new DescribeTopicsOptions()), SPREADING)
                    .partitions()
                    .size();
        } catch (ExecutionException failed) {
            throw answers.missing(name, failed);
        }
    }

    /** What tells a topic from another of the same name, before and after: one that is deleted and created is another. */
    public String identity(String name) {
        try {
            return answers.awaitKnown(() -> describe(name, new DescribeTopicsOptions()), SPREADING)
                    .topicId()
                    .toString();
        } catch (ExecutionException failed) {
            throw answers.missing(name, failed);
        }
    }

    /** The largest batch of records that a topic takes, in bytes; empty where this user may not ask. */
    public OptionalInt maxMessageBytes(String name) {
        return new TopicSettings(admin, answers)
                .setting(name, TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                .map(bytes -> OptionalInt.of(Integer.parseInt(bytes)))
                .orElse(OptionalInt.empty());
    }

    /**
     * Refuses a topic whose records are dated by whoever sends them. Passes one of which this user may not ask.
     *
     * @throws RefusalException if its timestamps are the senders'
     */
    public void requireDatedByBroker(String name) {
        new TopicSettings(admin, answers).requireDatedByBroker(name);
    }

    /** Whether this user may write to a topic that is there; true if the broker keeps no list of who may. */
    public boolean mayWrite(String name) {
        DescribeTopicsOptions asking = new DescribeTopicsOptions().includeAuthorizedOperations(true);
        try {
            Set<AclOperation> allowed =
                    answers.awaitKnown(() -> describe(name, asking), SPREADING).authorizedOperations();
            return allowed == null || allowed.contains(AclOperation.WRITE);
        } catch (ExecutionException failed) {
            throw answers.refusal(failed);
        }
    }

    /**
     * The number of partitions that two topics have in common.
     *
     * @throws RefusalException if one is missing or they differ
     */
    public int requireAlike(String one, String other) {
        int partitions = require(one);
        int others = require(other);
        if (partitions != others) {
            throw new RefusalException("Topic " + one + " has " + partitions + " partitions and " + other + " has "
                    + others + ", but partition p of one becomes partition p of the other; give them the same number"
                    + " (a topic whose content can be made again is best deleted and created anew)");
        }
        return partitions;
    }

    /**
     * Creates a topic with the settings it should have, replicated as the broker's default says, and returns when each of
     * its partitions can be written to. Before, a broker may refuse a producer's first batch and take its second, and then
     * never takes the first (KAFKA-15591).
     *
     * @param partitions 1 or more; ignored by topics that always have one
     * @return whether it was made; false if it was there
     */
    public boolean create(Topic topic, String name, int partitions) {
        return create(topic, name, partitions, Map.of());
    }

    /** Creates a topic as {@link #create} does, but for images of up to so many bytes. */
    public boolean createForImages(Topic topic, String name, int partitions, int maxImageBytes) {
        return create(
                topic,
                name,
                partitions,
                Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(Topic.messageBytes(maxImageBytes))));
    }

    /** Creates a topic as {@link #create} does, but what it holds expires at this age. */
    public boolean createFor(Duration age, Topic topic, String name, int partitions) {
        return create(topic, name, partitions, Map.of(TopicConfig.RETENTION_MS_CONFIG, Long.toString(age.toMillis())));
    }

    /**
     * Creates a topic as {@link #create} does, but for good: whatever its age and size, it holds all that is written to it
     * until it is deleted.
     *
     * @return whether it was made; false if it was there
     */
    public boolean createForGood(Topic topic, String name, int partitions) {
        return create(
                topic,
                name,
                partitions,
                Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1", TopicConfig.RETENTION_BYTES_CONFIG, "-1"));
    }

    /**
     * Creates a topic as {@link #create} does, but however old its records are, they go only where it is larger than the
     * broker's default allows.
     *
     * @return whether it was made; false if it was there
     */
    public boolean createAgeless(Topic topic, String name, int partitions) {
        return create(topic, name, partitions, Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1"));
    }

    private boolean create(Topic topic, String name, int partitions, Map<String, String> instead) {
        Map<String, String> settings = new HashMap<>(topic.settings());
        settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(Topic.MAX_MESSAGE_BYTES));
        settings.putAll(instead);
        NewTopic wanted =
                new NewTopic(name, Optional.of(topic.partitioned() ? partitions : 1), replication).configs(settings);
        try {
            answers.await(admin.createTopics(Set.of(wanted)).all());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw answers.refusal(failed);
        }
        try {
            // Answered by the brokers that lead its partitions.
            answers.awaitKnown(() -> listOffsets(name, wanted.numPartitions(), OffsetSpec.latest()), patience);
            return true;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new RefusalException("Topic " + name + " was created at " + connection.bootstrapServers()
                        + " and is not to be seen " + patience.toSeconds()
                        + " seconds later; see whether all brokers of the cluster are well");
            }
            throw answers.refusal(failed);
        }
    }

    /** Deletes a topic with all that it holds; one that is not there is no trouble. */
    public void delete(String name) {
        try {
            answers.await(admin.deleteTopics(Set.of(name)).all());
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw answers.refusal(failed);
            }
        }
    }

    /** The first offset of each partition of a topic that is there. */
    public Map<Integer, Long> beginning(String name) {
        return offsets(name, OffsetSpec.earliest());
    }

    /** The offset after the last record of each partition of a topic that is there. */
    public Map<Integer, Long> end(String name) {
        return offsets(name, OffsetSpec.latest());
    }

    /**
     * Where each partition of a topic ended at a moment: the offset of the first record that the broker dates at that
     * moment or later, or the end where there is none.
     */
    public Map<Integer, Long> endAt(String name, Instant moment) {
        Map<Integer, Long> end = end(name);
        offsets(name, OffsetSpec.forTimestamp(moment.toEpochMilli()))
                .forEach((partition, first) -> end.compute(partition, (same, last) -> first < 0 ? last : first));
        return end;
    }

    private Map<Integer, Long> offsets(String name, OffsetSpec which) {
        int partitions = require(name);
        try {
            Map<Integer, Long> offsets = new TreeMap<>();
            answers.awaitKnown(() -> listOffsets(name, partitions, which), SPREADING)
                    .forEach((partition, found) -> offsets.put(partition.partition(), found.offset()));
            return offsets;
        } catch (ExecutionException failed) {
            throw answers.refusal(failed);
        }
    }

    /**
     * How far a consumer group has read a topic, as it last reported to the broker, by partition. A partition that it
     * reported nothing of is left out; all are, where there is no such group.
     */
    public Map<Integer, Long> committed(String group, String name) {
        try {
            Map<Integer, Long> offsets = new TreeMap<>();
            answers.await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                    .forEach((partition, committed) -> {
                        if (partition.topic().equals(name) && committed != null) {
                            offsets.put(partition.partition(), committed.offset());
                        }
                    });
            return offsets;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof GroupIdNotFoundException) {
                return Map.of();
            }
            throw answers.refusal(failed);
        }
    }

    /**
     * The transactions that hide records of a topic that is there, by partition, the oldest of each. A job that writes in
     * transactions ends each after seconds; one that stays belongs to a writer that was killed.
     */
    public List<OpenTransaction> openTransactions(String name) {
        try {
            return transactions.oldestOpen(name, end(name));
        } catch (ExecutionException failed) {
            throw answers.refusal(failed);
        }
    }

    /** What a transactional id is at, as its coordinator knows it; empty if nobody has used it for days. */
    public Optional<WriterTurn> turn(String transactionalId) {
        try {
            TransactionDescription now = answers.await(
                    admin.describeTransactions(Set.of(transactionalId)).description(transactionalId));
            return Optional.of(new WriterTurn(
                    now.producerId(),
                    now.producerEpoch(),
                    now.transactionStartTimeMs().orElse(-1),
                    now.state() == TransactionState.ONGOING));
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof TransactionalIdNotFoundException) {
                return Optional.empty();
            }
            throw answers.refusal(failed);
        }
    }

    /** Ends a transaction whose writer is gone; what it wrote is dropped, and a writer that lives after all fails. */
    public void abort(OpenTransaction open) {
        try {
            transactions.abort(open);
        } catch (ExecutionException failed) {
            throw answers.refusal(failed);
        }
    }

    private KafkaFuture<TopicDescription> describe(String name, DescribeTopicsOptions options) {
        return admin.describeTopics(Set.of(name), options).topicNameValues().get(name);
    }

    private KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> listOffsets(
            String name, int partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            asked.put(new TopicPartition(name, partition), which);
        }
        return admin.listOffsets(asked).all();
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
