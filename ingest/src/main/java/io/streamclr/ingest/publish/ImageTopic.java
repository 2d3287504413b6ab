package io.streamclr.ingest.publish;

import io.streamclr.ingest.likeness.NearDuplicates;
import io.streamclr.ingest.publish.Admission.Decision;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Topic {@code images} as a place that takes every content once. Sending is asynchronous with bounded memory: a slow
 * broker makes the sender wait. {@link #offer} is for one thread that sends much, and ends a run at the first failure;
 * {@link #deliver} is for many threads that each want to know what became of their image. Several processes may send at
 * the same time where {@link Deduplication#others} says so.
 */
public final class ImageTopic implements AutoCloseable {

    private final String name;
    private final SendingRefusals refusals;
    private final int maxMessageBytes;
    private final Outlet outlet;
    private final Admission admission;
    /** Images that {@link #deliver} has sent and that are not acknowledged. */
    private final Map<ImageId, CompletableFuture<Outcome>> underWay = new ConcurrentHashMap<>();

    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder acknowledgedBytes = new LongAdder();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    private ImageTopic(String name, String address, int maxMessageBytes, Outlet outlet, Admission admission) {
        this.name = name;
        this.refusals = new SendingRefusals(name, address);
        this.maxMessageBytes = maxMessageBytes;
        this.outlet = outlet;
        this.admission = admission;
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
     * @param others whether others may send at the same time, and each image is to be there once all the same; needs
     *     {@code check}
     * @param nearDuplicateBits most bits of the picture hash in which pictures differ that count as duplicates too;
     *     empty if only equal bytes do
     */
    public record Deduplication(boolean check, boolean others, OptionalInt nearDuplicateBits) {

        public Deduplication {
            if (others && !check) {
                throw new IllegalArgumentException("What others send is only known to who reads the topic");
            }
        }

        /** The topic is read, nobody else sends, and equal bytes are duplicates. */
        public static Deduplication usual() {
            return new Deduplication(true, false, OptionalInt.empty());
        }
    }

    /**
     * Opens the topic for sending, after it was read where that is asked for.
     *
     * @param maxImageBytes the largest image that is to be sent
     * @throws RefusalException if no broker answers, the topic is missing or does not take so large images, or the user
     *     may not write to it
     */
    public static ImageTopic open(
            KafkaConnection kafka, String name, Deduplication knowledge, int maxImageBytes, ReadingListener listener) {
        Topics topics = Topics.at(kafka);
        try {
            int partitions = topics.require(name);
            if (!topics.mayWrite(name)) {
                throw new SendingRefusals(name, kafka.bootstrapServers()).mayNotWrite(null);
            }
            int maxMessageBytes = MessageSizes.require(topics, name, maxImageBytes);
            NearDuplicates likenesses = knowledge.nearDuplicateBits().isPresent()
                    ? new NearDuplicates(knowledge.nearDuplicateBits().getAsInt())
                    : null;
            TopicKeys keys = TopicKeys.of(kafka, topics, name, ImageProducers.share(16 << 20));
            ImageIdSet there = ImageIdSet.expecting(knowledge.check() ? keys.unread() : 0);
            Admission admission = new Admission(name, partitions, maxMessageBytes, there, likenesses);
            FoundImages images = (id, partition, offset) -> admission.found(id);
            Outlet outlet;
            if (knowledge.others()) {
                keys.readCommitted(images, admission::foundPicture, listener); // the rest in its turn
                SharedTopic shared = new SharedTopic(
                        name,
                        topics,
                        keys,
                        () -> ImageProducers.inTurns(kafka, name, maxMessageBytes),
                        found -> keys.read(images.and(found), admission::foundPicture, (read, total) -> {}));
                outlet = new InTurns(shared, admission::wasFound, ImageProducers.share(32 << 20));
            } else {
                if (knowledge.check()) {
                    keys.read(images, admission::foundPicture, listener);
                }
                keys.close();
                topics.close();
                outlet = new Alone(ImageProducers.alone(kafka, maxMessageBytes));
            }
            return new ImageTopic(name, kafka.bootstrapServers(), maxMessageBytes, outlet, admission);
        } catch (RuntimeException refused) {
            topics.close();
            throw refused;
        }
    }

    /** An empty topic, written by a producer that somebody else made. {@code partitions} is 1 or more. */
    public static ImageTopic writtenBy(Producer<byte[], byte[]> producer, String name, int partitions) {
        return writtenBy(producer, name, partitions, ImageIdSet.expecting(0), null);
    }

    /** The same with these ids in it, and these pictures, which may be null. */
    static ImageTopic writtenBy(
            Producer<byte[], byte[]> producer,
            String name,
            int partitions,
            ImageIdSet there,
            NearDuplicates likenesses) {
        return new ImageTopic(
                name,
                "a producer",
                Topic.MAX_MESSAGE_BYTES,
                new Alone(producer),
                new Admission(name, partitions, Topic.MAX_MESSAGE_BYTES, there, likenesses));
    }

    /** The client properties that images are sent with by who is alone. */
    public static Map<String, Object> settings(KafkaConnection kafka) {
        return ImageProducers.settings(kafka, Topic.MAX_MESSAGE_BYTES);
    }

    /**
     * Sends the image unless the topic has its bytes.
     *
     * @param onAnswer hears, of an image that was {@link Outcome#SENT}, what became of it at last, on another thread: the
     *     broker has it for good, had it from somebody else meanwhile, or does not take so large ones; must not hold the
     *     image
     * @throws RefusalException if the broker has refused an image or fallen silent; what it acknowledged stays
     */
    public Outcome offer(EncodedImage image, Consumer<Outcome> onAnswer) {
        requireHealthy();
        ImageId id = ImageId.of(image.getEncoded());
        Decision decision = admission.decide(id, image, Admission.NOW); // if it is not, the run ends
        if (decision.outcome() == Outcome.SENT) {
            admission.remember(id, decision.pictureHash());
            send(id, decision.record(), (outcome, refused) -> {
                if (refused == null) {
                    onAnswer.accept(outcome);
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
        Decision decision = admission.decide(id, image, answer);
        Outcome outcome = decision.outcome();
        OptionalLong pictureHash = decision.pictureHash();
        if (outcome == Outcome.SENT) {
            send(id, decision.record(), (became, refused) -> {
                if (refused == null) {
                    if (became == Outcome.SENT) {
                        // Before it is under way no more, so it is always known in one place.
                        admission.remember(id, pictureHash);
                    } else {
                        admission.forget(answer);
                    }
                    succeed(id, answer, became);
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
        admission.forget(answer);
        underWay.remove(id);
        answer.completeExceptionally(why);
    }

    /** @param onAnswer is given what became of it, or why the broker does not have it */
    private void send(ImageId id, ProducerRecord<byte[], byte[]> record, BiConsumer<Outcome, Exception> onAnswer) {
        int bytes = record.value().length;
        outlet.send(id, record, new Outlet.Answer() {
            @Override
            public void sent() {
                acknowledged.increment();
                acknowledgedBytes.add(bytes);
                onAnswer.accept(Outcome.SENT, null);
            }

            @Override
            public void wasThere() {
                onAnswer.accept(Outcome.ALREADY_THERE, null);
            }

            @Override
            public void failed(Exception why) {
                if (why instanceof RecordTooLargeException) {
                    onAnswer.accept(Outcome.TOO_LARGE, null);
                } else {
                    onAnswer.accept(null, why);
                }
            }
        });
    }

    /** Ends the sentence "the image ...", of one that was {@link Outcome#TOO_LARGE}. */
    public String whyTooLarge() {
        return "is too large with what is said of it: topic " + name + " takes messages of " + maxMessageBytes
                + " bytes at most, or less if its setting max.message.bytes is less; raise that, and --max-image-bytes";
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
        outlet.flush();
        requireHealthy();
    }

    private void requireHealthy() {
        Exception failed = failure.get();
        if (failed != null) {
            throw refusals.of(failed, acknowledged());
        }
    }

    /** Drops what is not acknowledged yet; {@link #flush} first. */
    @Override
    public void close() {
        outlet.close();
    }
}
