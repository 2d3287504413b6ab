package io.streamclr.embed.encoders;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncoderSwitch;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads topic {@code embeddings.encoders}, and answers which encoder an image takes once it is certain. An entry takes
 * effect some seconds after the broker dated it. So it is certain for every image that was received no later than a tenth of
 * that after the topic was last read to its end; the rest is for brokers that show an entry later than they date it, as
 * where a disk makes them wait, and for clocks of brokers that differ. For one thread.
 */
public final class SwitchReader implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How often the topic is read in the time that an entry takes until it has effect. */
    private static final int READS = 10;

    private final String topic;
    private final TopicPartition partition;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final LongSupplier nanos;
    private final SwitchLog log = new SwitchLog();
    private long readAt;

    /** @param nanos as {@link System#nanoTime} */
    public SwitchReader(KafkaConnection kafka, String topic, LongSupplier nanos) {
        this.topic = topic;
        this.partition = new TopicPartition(topic, 0);
        this.nanos = nanos;
        this.consumer = LogConsumer.committed(kafka, Map.of());
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
    }

    /**
     * The encoder of an image that has been received.
     *
     * @param arrivedAt when the broker dated it, in milliseconds since 1970
     * @throws RefusalException if the topic is empty or cannot be read
     */
    public EncoderSwitch of(long arrivedAt) {
        long now = nanos.getAsLong();
        if (log.newest().isEmpty() || now - readAt > TimeUnit.MILLISECONDS.toNanos(log.delay()) / READS) {
            read();
        }
        return log.at(arrivedAt)
                .orElseThrow(() -> new RefusalException("Topic " + topic
                        + " no longer says which encoder embeds the images; do not delete it while the job runs, and"
                        + " start the job again"));
    }

    /**
     * All entries that there are now.
     *
     * @throws RefusalException if the topic cannot be read
     */
    public SwitchLog read() {
        return LogConsumer.reading(topic, () -> {
            long began = nanos.getAsLong();
            long end = consumer.endOffsets(List.of(partition), PATIENCE).get(partition);
            LogConsumer.readTo(consumer, Map.of(partition, end), PATIENCE, this::add);
            readAt = began;
            return log;
        });
    }

    private void add(ConsumerRecord<byte[], byte[]> read) {
        try {
            log.add(
                    read.timestamp(),
                    WireFormat.ENCODER_SWITCH.decode(read.value() == null ? new byte[0] : read.value()));
        } catch (ForeignRecordException foreign) {
            throw new RefusalException(
                    "Record " + read.offset() + " of topic " + topic + " is " + foreign.getMessage()
                            + "; let only this job write there, or name another --embeddings-topic",
                    foreign);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
