package io.streamclr.it;

import io.streamclr.schemas.record.EncoderSwitch;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.wire.VectorBytes;
import io.streamclr.schemas.wire.WireFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic of embeddings with two partitions, written as the job writes it. Image i is in partition i % 2, at offset i / 2. */
final class WrittenEmbeddings implements AutoCloseable {

    static final String FIRST = "1".repeat(64);
    static final String SECOND = "2".repeat(64);

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
            RealBroker.connection().with(Map.of("acks", "all")), new ByteArraySerializer(), new ByteArraySerializer());
    private final List<Future<?>> sent = new ArrayList<>();

    WrittenEmbeddings(String topic) {
        this.topic = topic;
        RealBroker.create(Topic.EMBEDDINGS, topic, 2);
    }

    String topic() {
        return topic;
    }

    static String id(int image) {
        return String.format("%032x", image);
    }

    /** Images of which ten each are nearly alike, in 16 numbers. */
    static float[] vector(int image) {
        Random middle = new Random(image / 10);
        Random own = new Random(1_000 + image);
        float[] vector = new float[16];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (middle.nextGaussian() + 0.02 * own.nextGaussian());
        }
        return vector;
    }

    /** An image that arrived at a moment. */
    static ImageEmbedding arrived(int image, Instant at, String digest, float[] vector) {
        return at(at, embedding(image, digest, vector));
    }

    /** The same of an image that arrived at that moment. */
    static ImageEmbedding at(Instant at, ImageEmbedding undated) {
        return new ImageEmbedding(
                undated.getImageId(),
                undated.getOrigin(),
                at,
                undated.getSource(),
                undated.getRunId(),
                undated.getStep(),
                undated.getDigest(),
                undated.getFormat(),
                undated.getVector(),
                undated.getLabel(),
                undated.getClassName());
    }

    static ImageEmbedding embedding(int image, String digest, float[] vector) {
        return embedding(
                id(image),
                new Origin(image % 2, (long) image / 2),
                "shots/" + image + ".png",
                digest,
                VectorFormat.FLOAT32,
                vector);
    }

    /** Images of partition 0 are owls. */
    static ImageEmbedding embedding(
            String id, Origin origin, String source, String digest, VectorFormat format, float[] vector) {
        boolean owl = origin.getPartition() == 0;
        return new ImageEmbedding(
                id,
                origin,
                Instant.ofEpochSecond(1_700_000_000L + 2 * origin.getOffset() + origin.getPartition()),
                source,
                "night",
                digest.equals(FIRST) ? 100L : 200L,
                digest,
                format,
                VectorBytes.of(vector, format),
                owl ? 7 : null,
                owl ? "owl" : null);
    }

    /** Images from one to another, which is left out. */
    WrittenEmbeddings send(int from, int to, String digest) {
        for (int image = from; image < to; image++) {
            send(embedding(image, digest, vector(image)));
        }
        return this;
    }

    WrittenEmbeddings send(ImageEmbedding embedding) {
        return send(embedding.getOrigin().getPartition(), WireFormat.IMAGE_EMBEDDING.encode(embedding));
    }

    /** Anything, null too. */
    WrittenEmbeddings send(int partition, byte[] value) {
        sent.add(producer.send(new ProducerRecord<>(topic, partition, null, value)));
        return this;
    }

    /** An entry of the topic that says which encoders made the embeddings. */
    WrittenEmbeddings name(String digest, String run, long step) {
        RealBroker.create(Topic.EMBEDDINGS_ENCODERS, Topic.encodersOf(topic), 1);
        EncoderSwitch entry =
                new EncoderSwitch(run, step, digest, "file:/encoders", Map.of(), Instant.EPOCH, 0L, false);
        sent.add(producer.send(
                new ProducerRecord<>(Topic.encodersOf(topic), 0, null, WireFormat.ENCODER_SWITCH.encode(entry))));
        return this;
    }

    /** Waits until all of it is there. */
    WrittenEmbeddings written() throws Exception {
        for (Future<?> each : sent) {
            each.get();
        }
        sent.clear();
        return this;
    }

    @Override
    public void close() {
        producer.close();
    }
}
