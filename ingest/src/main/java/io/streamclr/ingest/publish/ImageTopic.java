package io.streamclr.ingest.publish;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Topic {@code images} as a place that takes every content once. Sending is asynchronous with bounded memory: a slow
 * broker makes {@link #offer} wait. For one thread.
 */
public final class ImageTopic implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 20;

    /** What Kafka adds around a key and a value in a batch of one, rounded up. */
    private static final int RECORD_FRAME_BYTES = 256;

    private final String name;
    private final String address;
    private final int partitions;
    private final Producer<byte[], byte[]> producer;
    private final ImageIdSet there;
    private final ImageIdSet sent = ImageIdSet.expecting(0);
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder acknowledgedBytes = new LongAdder();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    private ImageTopic(
            String name, String address, int partitions, Producer<byte[], byte[]> producer, ImageIdSet there) {
        this.name = name;
        this.address = address;
        this.partitions = partitions;
        this.producer = producer;
        this.there = there;
    }

    /** What became of an image that was offered. */
    public enum Outcome {
        /** On its way; counted by {@link #acknowledged} when the broker has it for good. */
        SENT,
        /** The topic had it before this run. */
        ALREADY_THERE,
        /** This run has sent the same bytes before. */
        DUPLICATE,
        /** With its source and attributes it is larger than a message may be. */
        TOO_LARGE
    }

    /**
     * Reads which images the topic has, then opens it for sending.
     *
     * @throws RefusalException if no broker answers or the topic is missing
     */
    public static ImageTopic knowingWhatIsThere(KafkaConnection kafka, String name, ReadingListener listener) {
        int partitions = partitions(kafka, name);
        return new ImageTopic(
                name, kafka.bootstrapServers(), partitions, producer(kafka), TopicKeys.read(kafka, name, listener));
    }

    /**
     * Opens the topic for sending without a look at what it has, for a topic too large to read: what is there is sent
     * again. Duplicates within the run are still found.
     *
     * @throws RefusalException if no broker answers or the topic is missing
     */
    public static ImageTopic unread(KafkaConnection kafka, String name) {
        return new ImageTopic(
                name, kafka.bootstrapServers(), partitions(kafka, name), producer(kafka), ImageIdSet.expecting(0));
    }

    /** An empty topic behind a producer that somebody else made. {@code partitions} is 1 or more. */
    public static ImageTopic behind(Producer<byte[], byte[]> producer, String name, int partitions) {
        return behind(producer, name, partitions, ImageIdSet.expecting(0));
    }

    /** The same with these ids in it. */
    static ImageTopic behind(Producer<byte[], byte[]> producer, String name, int partitions, ImageIdSet there) {
        return new ImageTopic(name, "a producer", partitions, producer, there);
    }

    private static int partitions(KafkaConnection kafka, String name) {
        try (Topics topics = Topics.at(kafka)) {
            return topics.require(name);
        }
    }

    private static Producer<byte[], byte[]> producer(KafkaConnection kafka) {
        Map<String, Object> settings = kafka.with(Map.of(
                "acks",
                "all",
                "enable.idempotence",
                "true",
                "compression.type",
                "none", // image formats are compressed
                "linger.ms",
                20,
                "batch.size",
                512 << 10,
                "buffer.memory",
                BUFFER_BYTES,
                "max.request.size",
                Topic.MAX_MESSAGE_BYTES,
                "max.block.ms",
                120_000,
                "delivery.timeout.ms",
                120_000));
        try {
            return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException wrong) {
            Throwable cause = wrong.getCause() == null ? wrong : wrong.getCause();
            throw new RefusalException("The Kafka client cannot start: " + cause.getMessage(), wrong);
        }
    }

    /**
     * The partition that an image belongs to: a function of its content alone, so that images spread evenly, and a
     * repeated run over the same images gives every partition the same sequence.
     */
    static int partitionOf(ImageId id, int partitions) {
        return (int) Long.remainderUnsigned(id.high(), partitions);
    }

    /**
     * Sends the image unless the topic has its bytes.
     *
     * @throws RefusalException if the broker has refused an image or fallen silent; what it acknowledged stays
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears the answer
    public Outcome offer(EncodedImage image) {
        requireHealthy();
        ImageId id = ImageId.of(image.getEncoded());
        if (there.contains(id)) {
            return Outcome.ALREADY_THERE;
        }
        if (sent.contains(id)) {
            return Outcome.DUPLICATE;
        }
        byte[] value = WireFormat.ENCODED_IMAGE.encode(image);
        byte[] key = id.toString().getBytes(StandardCharsets.UTF_8);
        if (value.length + key.length + RECORD_FRAME_BYTES > Topic.MAX_MESSAGE_BYTES) {
            return Outcome.TOO_LARGE;
        }
        Callback onAnswer = (metadata, refused) -> {
            if (refused == null) {
                acknowledged.increment();
                acknowledgedBytes.add(value.length);
            } else {
                failure.compareAndSet(null, refused);
            }
        };
        try {
            producer.send(new ProducerRecord<>(name, partitionOf(id, partitions), key, value), onAnswer);
        } catch (InterruptException stop) {
            throw stop;
        } catch (KafkaException failed) {
            failure.compareAndSet(null, failed);
            requireHealthy();
        }
        sent.add(id);
        return Outcome.SENT;
    }

    /** Images that the broker has for good. */
    public long acknowledged() {
        return acknowledged.sum();
    }

    /** Bytes of the messages of these images. */
    public long acknowledgedBytes() {
        return acknowledgedBytes.sum();
    }

    /**
     * Waits until everything offered is acknowledged.
     *
     * @throws RefusalException if something was not
     */
    public void flush() {
        producer.flush();
        requireHealthy();
    }

    private void requireHealthy() {
        Exception failed = failure.get();
        if (failed != null) {
            throw new RefusalException(
                    "Kafka at " + address + " stopped taking images after " + acknowledged() + " of this run ("
                            + failed.getMessage()
                            + "); when it is well again, repeat the same command: it goes on where"
                            + " this one stopped",
                    failed);
        }
    }

    /** Drops what is not acknowledged yet; {@link #flush} first. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
