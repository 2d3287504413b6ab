package io.streamclr.it;

import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.RejectReason;
import io.streamclr.schemas.topic.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Images sent to the partitions of a topic in turn, and what must become of each.
 *
 * @param onceEach the id of every good image, each with a 1: how often one pass draws it
 * @param bad where every bad image lies, and why it becomes no views
 */
record SentImages(Map<String, Integer> onceEach, Map<Origin, RejectReason> bad) {

    /** Nobody sends that many. */
    private static final int NEVER = Integer.MAX_VALUE;

    /** Sends so many different pictures. */
    static SentImages allGood(KafkaConnection kafka, String topic, int partitions, int images, int side)
            throws Exception {
        return send(kafka, topic, partitions, 0, images, side, NEVER);
    }

    /** The same, but one in so many is bad, of the eight kinds in turn. */
    static SentImages oneBadIn(int every, KafkaConnection kafka, String topic, int partitions, int images, int side)
            throws Exception {
        return send(kafka, topic, partitions, 0, images, side, every);
    }

    /** Those of them from one number on, up to another that is left out. */
    static SentImages oneBadIn(
            int every, KafkaConnection kafka, String topic, int partitions, int from, int to, int side)
            throws Exception {
        return send(kafka, topic, partitions, from, to, side, every);
    }

    /** Counts what was sent later in. */
    void add(SentImages later) {
        onceEach.putAll(later.onceEach);
        bad.putAll(later.bad);
    }

    private static SentImages send(
            KafkaConnection kafka, String topic, int partitions, int from, int to, int side, int badEvery)
            throws Exception {
        SentImages sent = new SentImages(new HashMap<>(), new HashMap<>());
        BadImage[] kinds = BadImage.values();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                kafka.with(Map.of("acks", "all", "linger.ms", 20)),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = from; i < to; i++) {
                Origin origin = new Origin(i % partitions, (long) i / partitions);
                byte[] value;
                if (i % badEvery == badEvery - 1) {
                    BadImage kind = kinds[i / badEvery % kinds.length];
                    value = kind == BadImage.FOREIGN ? kind.bytes(i) : Pictures.envelope(kind.bytes(i));
                    sent.bad.put(origin, kind.reason);
                } else {
                    byte[] image = Pictures.png(i, side);
                    value = Pictures.envelope(image);
                    sent.onceEach.put(ImageId.of(image).toString(), 1);
                }
                sending(producer, new ProducerRecord<>(topic, origin.getPartition(), key(i), value));
            }
        }
        return sent;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // A record that is lost here is missing in the books.
    private static void sending(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        producer.send(record);
    }

    private static byte[] key(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    }
}
