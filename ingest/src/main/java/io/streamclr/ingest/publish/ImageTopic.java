package io.streamclr.ingest.publish;

import io.streamclr.ingest.likeness.EncodedPicture;
import io.streamclr.ingest.likeness.NearDuplicates;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Topic {@code images} as a place that takes every content once. Sending is asynchronous with bounded memory: a slow
 * broker makes the sender wait. {@link #offer} is for one thread that sends much, and ends a run at the first failure;
 * {@link #deliver} is for many threads that each want to know what became of their image.
 */
public final class ImageTopic implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 20;

    /** What Kafka adds around a key and a value in a batch of one, rounded up. */
    private static final int RECORD_FRAME_BYTES = 256;

    /** Nobody has to wait for it. */
    private static final CompletableFuture<Outcome> THERE = CompletableFuture.completedFuture(Outcome.SENT);

    private final String name;
    private final String address;
    private final int partitions;
    private final Producer<byte[], byte[]> producer;
    /** What the topic had before; never changed. */
    private final ImageIdSet there;
    /** What this run sent; also the lock for it, {@link #likenesses} and {@link #picturesUnderWay}. */
    private final ImageIdSet sent = ImageIdSet.expecting(0);
    /** Pictures that the topic has; null where everybody may look alike. */
    private final NearDuplicates likenesses;
    /** Images that {@link #deliver} has sent and that are not acknowledged. */
    private final Map<ImageId, CompletableFuture<Outcome>> underWay = new ConcurrentHashMap<>();
    /** The same by their picture hashes, no two of which are near; as few as fit into memory, so they are gone through. */
    private final Map<Long, CompletableFuture<Outcome>> picturesUnderWay = new HashMap<>();

    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder acknowledgedBytes = new LongAdder();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    private ImageTopic(
            String name,
            String address,
            int partitions,
            Producer<byte[], byte[]> producer,
            ImageIdSet there,
            NearDuplicates likenesses) {
        this.name = name;
        this.address = address;
        this.partitions = partitions;
        this.producer = producer;
        this.there = there;
        this.likenesses = likenesses;
    }

    /** What became of an image that was offered. */
    public enum Outcome {
        /** On its way; counted by {@link #acknowledged} when the broker has it for good. */
        SENT,
        /** The topic had it before this run. */
        ALREADY_THERE,
        /** This run has sent the same bytes before. */
        DUPLICATE,
        /** The topic has, or this run has sent, a picture that looks alike. */
        NEAR_DUPLICATE,
        /** With its source and attributes it is larger than a message may be. */
        TOO_LARGE
    }

    /**
     * How much is known of what the topic has.
     *
     * @param check whether the topic is read first; otherwise what is there is sent again, and only duplicates within
     *     the run are found
     * @param nearDuplicateBits most bits of the picture hash in which pictures differ that count as duplicates too;
     *     empty if only equal bytes do
     */
    public record Knowledge(boolean check, OptionalInt nearDuplicateBits) {

        /** The topic is read, and equal bytes are duplicates. */
        public static Knowledge usual() {
            return new Knowledge(true, OptionalInt.empty());
        }
    }

    /**
     * Opens the topic for sending, after it was read where that is asked for.
     *
     * @throws RefusalException if no broker answers, the topic is missing or the user may not write to it
     */
    public static ImageTopic open(KafkaConnection kafka, String name, Knowledge knowledge, ReadingListener listener) {
        try (Topics topics = Topics.at(kafka)) {
            int partitions = topics.require(name);
            if (!topics.mayWrite(name)) {
                throw mayNotWrite(name, kafka.bootstrapServers(), null);
            }
            NearDuplicates likenesses = knowledge.nearDuplicateBits().isPresent()
                    ? new NearDuplicates(knowledge.nearDuplicateBits().getAsInt())
                    : null;
            LongConsumer pictureHashes = likenesses == null ? hash -> {} : likenesses::add;
            ImageIdSet there = knowledge.check()
                    ? TopicKeys.read(kafka, topics, name, pictureHashes, listener)
                    : ImageIdSet.expecting(0);
            return new ImageTopic(name, kafka.bootstrapServers(), partitions, producer(kafka), there, likenesses);
        }
    }

    /** An empty topic behind a producer that somebody else made. {@code partitions} is 1 or more. */
    public static ImageTopic behind(Producer<byte[], byte[]> producer, String name, int partitions) {
        return behind(producer, name, partitions, ImageIdSet.expecting(0), null);
    }

    /** The same with these ids in it, and these pictures, which may be null. */
    static ImageTopic behind(
            Producer<byte[], byte[]> producer,
            String name,
            int partitions,
            ImageIdSet there,
            NearDuplicates likenesses) {
        return new ImageTopic(name, "a producer", partitions, producer, there, likenesses);
    }

    /** The client properties that images are sent with. */
    public static Map<String, Object> settings(KafkaConnection kafka) {
        return kafka.with(Map.of(
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
    }

    private static Producer<byte[], byte[]> producer(KafkaConnection kafka) {
        try {
            return new KafkaProducer<>(settings(kafka), new ByteArraySerializer(), new ByteArraySerializer());
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
     * @param onAcknowledged runs on Kafka's thread if the broker has the image for good; must not hold the image
     * @throws RefusalException if the broker has refused an image or fallen silent; what it acknowledged stays
     */
    public Outcome offer(EncodedImage image, Runnable onAcknowledged) {
        requireHealthy();
        ImageId id = ImageId.of(image.getEncoded());
        Decision decision = decide(id, image, THERE); // if it is not, the run ends
        if (decision.outcome() == Outcome.SENT) {
            remember(id, decision.pictureHash());
            send(decision.record(), refused -> {
                if (refused == null) {
                    onAcknowledged.run();
                } else {
                    failure.compareAndSet(null, refused);
                }
            });
            requireHealthy();
        }
        return decision.outcome();
    }

    /**
     * Sends the image unless the topic has its bytes. A failure counts for this image, and for those that were not sent
     * because it was under way; they may be delivered again, and if the broker had it although it did not say so, it is
     * then there twice.
     *
     * @return what became of it, as soon as the broker has it for good; or fails with what the broker said, or with why
     *     it could not be sent at all
     */
    public CompletableFuture<Outcome> deliver(EncodedImage image) {
        ImageId id = ImageId.of(image.getEncoded());
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        CompletableFuture<Outcome> first = underWay.putIfAbsent(id, answer);
        if (first != null) {
            return first.thenApply(outcome -> outcome == Outcome.SENT ? Outcome.DUPLICATE : outcome);
        }
        try {
            deliver(id, image, answer);
        } catch (Throwable defect) { // of memory too: whoever waits for the same image must hear of it
            fail(id, answer, defect);
        }
        return answer;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the answer hears of everything
    private void deliver(ImageId id, EncodedImage image, CompletableFuture<Outcome> answer) {
        Decision decision = decide(id, image, answer);
        Outcome outcome = decision.outcome();
        OptionalLong pictureHash = decision.pictureHash();
        if (outcome == Outcome.SENT) {
            send(decision.record(), refused -> {
                if (refused == null) {
                    remember(id, pictureHash); // before it is under way no more, so it is always known in one place
                    succeed(id, answer, outcome);
                } else {
                    fail(id, answer, refused);
                }
            });
        } else {
            decision.first().whenComplete((there, refused) -> {
                if (refused == null) {
                    succeed(id, answer, outcome);
                } else {
                    fail(id, answer, refused); // not sent instead: sending may wait, and this may be Kafka's own thread
                }
            });
        }
    }

    private void succeed(ImageId id, CompletableFuture<Outcome> answer, Outcome outcome) {
        underWay.remove(id);
        answer.complete(outcome);
    }

    private void fail(ImageId id, CompletableFuture<Outcome> answer, Throwable why) {
        synchronized (sent) {
            picturesUnderWay.values().remove(answer);
        }
        underWay.remove(id);
        answer.completeExceptionally(why);
    }

    /**
     * What is to become of an image.
     *
     * @param outcome sent, or why not
     * @param record what to send; null if nothing is to be sent
     * @param pictureHash under way from now on; empty if likenesses do not matter
     * @param first what the outcome rests on, if that is under way itself
     */
    private record Decision(
            Outcome outcome,
            ProducerRecord<byte[], byte[]> record,
            OptionalLong pictureHash,
            CompletableFuture<Outcome> first) {

        static Decision send(ProducerRecord<byte[], byte[]> record, OptionalLong pictureHash) {
            return new Decision(Outcome.SENT, record, pictureHash, THERE);
        }

        static Decision not(Outcome outcome) {
            return new Decision(outcome, null, OptionalLong.empty(), THERE);
        }

        static Decision near(CompletableFuture<Outcome> first) {
            return new Decision(Outcome.NEAR_DUPLICATE, null, OptionalLong.empty(), first);
        }
    }

    /** @param answer what those wait for that look like this image */
    private Decision decide(ImageId id, EncodedImage image, CompletableFuture<Outcome> answer) {
        synchronized (sent) {
            if (there.contains(id)) {
                return Decision.not(Outcome.ALREADY_THERE);
            }
            if (sent.contains(id)) {
                return Decision.not(Outcome.DUPLICATE);
            }
        }
        byte[] value = WireFormat.ENCODED_IMAGE.encode(image);
        byte[] key = id.toString().getBytes(StandardCharsets.UTF_8);
        if (value.length + key.length + RECORD_FRAME_BYTES > Topic.MAX_MESSAGE_BYTES) {
            return Decision.not(Outcome.TOO_LARGE);
        }
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(name, partitionOf(id, partitions), key, value);
        if (likenesses == null) {
            return Decision.send(record, OptionalLong.empty());
        }
        OptionalLong pictureHash = EncodedPicture.hash(image.getEncoded().array());
        if (pictureHash.isPresent()) {
            PictureHashHeader.put(pictureHash.getAsLong(), record.headers());
            synchronized (sent) {
                if (likenesses.hasNear(pictureHash.getAsLong())) {
                    return Decision.not(Outcome.NEAR_DUPLICATE);
                }
                for (Map.Entry<Long, CompletableFuture<Outcome>> other : picturesUnderWay.entrySet()) {
                    if (likenesses.areNear(other.getKey(), pictureHash.getAsLong())) {
                        return Decision.near(other.getValue());
                    }
                }
                picturesUnderWay.put(pictureHash.getAsLong(), answer);
            }
        }
        return Decision.send(record, pictureHash);
    }

    private void remember(ImageId id, OptionalLong pictureHash) {
        synchronized (sent) {
            sent.add(id);
            if (pictureHash.isPresent()) {
                likenesses.add(pictureHash.getAsLong());
                picturesUnderWay.remove(pictureHash.getAsLong());
            }
        }
    }

    /**
     * Kafka's client copies the record and keeps what it is to call until the broker answers. So nothing called may lead to
     * the record: else as many images as fill its buffers would stay in memory beside them.
     *
     * @param onAnswer is given null, or why the broker does not have it
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears the answer
    private void send(ProducerRecord<byte[], byte[]> record, Consumer<Exception> onAnswer) {
        int bytes = record.value().length;
        try {
            producer.send(record, (metadata, refused) -> {
                if (refused == null) {
                    acknowledged.increment();
                    acknowledgedBytes.add(bytes);
                }
                onAnswer.accept(refused);
            });
        } catch (KafkaException failed) {
            onAnswer.accept(failed);
        }
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
        if (failed instanceof InterruptException stop) {
            throw stop;
        }
        if (failed instanceof AuthorizationException) { // the right was taken away meanwhile
            throw mayNotWrite(name, address, failed);
        }
        if (failed != null) {
            throw new RefusalException(
                    "Kafka at " + address + " stopped taking images after " + acknowledged() + " of this run ("
                            + failed.getMessage()
                            + "); when it is well again, repeat the same command: it goes on where"
                            + " this one stopped",
                    failed);
        }
    }

    private static RefusalException mayNotWrite(String name, String address, Exception cause) {
        return new RefusalException(
                "The user of the --kafka-config file may not write to topic " + name + " of Kafka at " + address
                        + "; grant it the operations Describe, Read and Write on that topic, as 'kafka-acls --add"
                        + " --allow-principal User:NAME --topic " + name + "' does, or give another user's file",
                cause);
    }

    /** Drops what is not acknowledged yet; {@link #flush} first. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
