package io.streamclr.stream.source;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.SourceReaderOptions;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * The images of a topic in passes. Within a partition the order is that of (pass, offset), whatever the parallelism, and
 * partitions do not wait for each other. What is read is fixed when the source is made: the same splits give the same
 * records after any restart.
 */
public final class PassSource implements Source<RawImage, PartitionSplit, Unassigned> {

    private static final long serialVersionUID = 1L;

    private final TreeMap<String, String> connection;
    private final String topic;
    private final String viewsTopic;
    private final List<PartitionSplit> splits;
    private final Passes passes;
    private final LookAhead ahead;

    /**
     * A source over these partitions.
     *
     * @param connection plain Kafka client properties
     * @param splits one for each partition of one topic, at least one
     * @param viewsTopic whose readers {@code ahead} watches
     */
    public PassSource(
            Map<String, String> connection,
            List<PartitionSplit> splits,
            Passes passes,
            String viewsTopic,
            LookAhead ahead) {
        this.connection = new TreeMap<>(connection);
        this.topic = splits.get(0).topic();
        this.viewsTopic = Objects.requireNonNull(viewsTopic, "viewsTopic");
        this.splits = List.copyOf(splits);
        this.passes = passes;
        this.ahead = ahead;
    }

    @Override
    public Boundedness getBoundedness() {
        return passes.follow() ? Boundedness.CONTINUOUS_UNBOUNDED : Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<RawImage, PartitionSplit> createReader(SourceReaderContext context) {
        Configuration configuration = new Configuration();
        configuration.set(SourceReaderOptions.ELEMENT_QUEUE_CAPACITY, 1);
        return new PassSourceReader(this::partitionReader, configuration, context);
    }

    private PassReader partitionReader() {
        AheadLimit limit = ahead.limited()
                ? AheadLimit.of(
                        new UnreadViews(plain(), viewsTopic, ahead.group()), Math.max(1, ahead.pairs() / splits.size()))
                : AheadLimit.none();
        return new PassReader(consumerSettings(), topic, passes, limit);
    }

    private Properties plain() {
        Properties settings = new Properties();
        settings.putAll(connection);
        return settings;
    }

    private Properties consumerSettings() {
        Properties settings = plain();
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // Small steps: what is fetched and not yet rendered lies in the heap of the worker.
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "32");
        // A fetch that waits for more at the end of a pass would hold up the first fetch of the next.
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20");
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(16 << 20));
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Integer.toString(4 << 20));
        return settings;
    }

    @Override
    public SplitEnumerator<PartitionSplit, Unassigned> createEnumerator(
            SplitEnumeratorContext<PartitionSplit> context) {
        return PartitionEnumerator.beginning(context, splits, this::partitionsNow);
    }

    @Override
    public SplitEnumerator<PartitionSplit, Unassigned> restoreEnumerator(
            SplitEnumeratorContext<PartitionSplit> context, Unassigned checkpoint) {
        return PartitionEnumerator.goingOn(context, splits, checkpoint, this::partitionsNow);
    }

    private int partitionsNow() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(plain())) {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
        }
    }

    @Override
    public SimpleVersionedSerializer<PartitionSplit> getSplitSerializer() {
        return new SplitBytes();
    }

    @Override
    public SimpleVersionedSerializer<Unassigned> getEnumeratorCheckpointSerializer() {
        return new Unassigned.Bytes();
    }
}
