package io.streamclr.ingest.publish;

import io.streamclr.ingest.likeness.EncodedPicture;
import io.streamclr.ingest.likeness.NearDuplicates;
import io.streamclr.ingest.publish.ImageTopic.Outcome;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Decides which images are sent to a topic: those whose bytes it does not have, and of pictures that look alike the first.
 * Knows what others have sent as far as it was found, and what this run sent. For many threads.
 */
final class Admission {

    /** What an outcome rests on that nobody has to wait for. */
    static final CompletableFuture<Outcome> NOW = CompletableFuture.completedFuture(Outcome.SENT);

    /** What Kafka adds around a key and a value in a batch of one, rounded up. */
    private static final int RECORD_FRAME_BYTES = 256;

    private final String topic;
    private final int partitions;
    private final int maxMessageBytes;
    /** What this run sent; also the lock for it, {@link #there}, {@link #likenesses} and {@link #picturesUnderWay}. */
    private final ImageIdSet sent = ImageIdSet.expecting(0);
    /** What the topic has from others, as far as it is known. */
    private final ImageIdSet there;
    /** Pictures that the topic has; null where everybody may look alike. */
    private final NearDuplicates likenesses;
    /**
     * What is under way by its picture hash, no two of which are near; as few as fit into memory, so they are gone
     * through.
     */
    private final Map<Long, CompletableFuture<Outcome>> picturesUnderWay = new HashMap<>();

    /**
     * @param partitions of the topic, 1 or more
     * @param maxMessageBytes the largest message that it takes
     * @param there what it is known to have; grows
     * @param likenesses of its pictures; grows; null where everybody may look alike
     */
    Admission(String topic, int partitions, int maxMessageBytes, ImageIdSet there, NearDuplicates likenesses) {
        this.topic = topic;
        this.partitions = partitions;
        this.maxMessageBytes = maxMessageBytes;
        this.there = there;
        this.likenesses = likenesses;
    }

    /**
     * What is to become of an image.
     *
     * @param outcome sent, or why not
     * @param record what to send; null if nothing is to be sent
     * @param pictureHash under way from now on; empty if likenesses do not matter
     * @param first what the outcome rests on, if that is under way itself
     */
    record Decision(
            Outcome outcome,
            ProducerRecord<byte[], byte[]> record,
            OptionalLong pictureHash,
            CompletableFuture<Outcome> first) {

        static Decision send(ProducerRecord<byte[], byte[]> record, OptionalLong pictureHash) {
            return new Decision(Outcome.SENT, record, pictureHash, NOW);
        }

        static Decision not(Outcome outcome) {
            return new Decision(outcome, null, OptionalLong.empty(), NOW);
        }

        static Decision near(CompletableFuture<Outcome> first) {
            return new Decision(Outcome.NEAR_DUPLICATE, null, OptionalLong.empty(), first);
        }
    }

    /**
     * The partition that an image belongs to: a function of its content alone, so that images spread evenly, and a
     * repeated run over the same images gives every partition the same sequence.
     */
    static int partitionOf(ImageId id, int partitions) {
        return (int) Long.remainderUnsigned(id.high(), partitions);
    }

    /** The topic has this image. */
    void found(ImageId id) {
        synchronized (sent) {
            there.add(id);
        }
    }

    /** The topic has a picture with this hash. */
    void foundPicture(long pictureHash) {
        if (likenesses != null) {
            synchronized (sent) {
                likenesses.add(pictureHash);
            }
        }
    }

    /** Whether the image was found in the topic. */
    boolean wasFound(ImageId id) {
        synchronized (sent) {
            return there.contains(id);
        }
    }

    /** @param answer what those wait for that look like this image */
    Decision decide(ImageId id, EncodedImage image, CompletableFuture<Outcome> answer) {
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
        if (value.length + key.length + RECORD_FRAME_BYTES > maxMessageBytes) {
            return Decision.not(Outcome.TOO_LARGE);
        }
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partitionOf(id, partitions), key, value);
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

    /** Its bytes count as sent from now on, and its picture as there. */
    void remember(ImageId id, OptionalLong pictureHash) {
        synchronized (sent) {
            sent.add(id);
            if (pictureHash.isPresent()) {
                likenesses.add(pictureHash.getAsLong());
                picturesUnderWay.remove(pictureHash.getAsLong());
            }
        }
    }

    /** Nothing that looks like it is under way with this answer any more. */
    void forget(CompletableFuture<Outcome> answer) {
        synchronized (sent) {
            picturesUnderWay.values().remove(answer);
        }
    }
}
