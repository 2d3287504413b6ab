package io.streamclr.it;

import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.RecordRange;
import io.streamclr.schemas.record.RejectReason;
import io.streamclr.schemas.record.RejectedImage;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The books of a run, read from the topics alone: which records count, what was trained, what was rejected. Slow and
 * plain on purpose, and without a line of the trainer's code.
 */
final class Ledger {

    private final KafkaConnection kafka;

    Ledger(KafkaConnection kafka) {
        this.kafka = kafka;
    }

    /** What is done with each record of a topic, in the order of its partition. */
    private interface Entry {
        void read(ConsumerRecord<byte[], byte[]> record) throws Exception;
    }

    /**
     * The views of a topic that count.
     *
     * @param idAt by partition, the image id of each record by its offset
     * @param digest by partition, SHA-256 over the keys and values in their order
     * @param repeated records that were passed over, because one with the same origin came before
     */
    record Views(Map<Integer, TreeMap<Long, String>> idAt, Map<Integer, String> digest, long repeated) {

        /** How often each image is among the records of these ranges. */
        private void count(List<RecordRange> ranges, Map<String, Integer> times) {
            for (RecordRange range : ranges) {
                var records = idAt.get(range.getPartition())
                        .subMap(range.getFirstOffset(), true, range.getLastOffset(), true)
                        .values();
                if (records.size() != range.getRecords()) {
                    throw new AssertionError(range + " has " + records.size() + " records that count");
                }
                records.forEach(id -> times.merge(id, 1, Integer::sum));
            }
        }
    }

    /** Reads views; of records with the same (pass, origin) the first counts. */
    Views views(String topic) throws Exception {
        Map<Integer, TreeMap<Long, String>> idAt = new TreeMap<>();
        Map<Integer, MessageDigest> sums = new TreeMap<>();
        Map<Integer, long[]> highest = new HashMap<>();
        long[] repeated = {0};
        forEach(topic, record -> {
            ViewPair pair = WireFormat.VIEW_PAIR.decode(record.value());
            long[] before = highest.computeIfAbsent(record.partition(), unseen -> new long[] {-1, -1});
            long origin = pair.getOrigin().getOffset();
            if (pair.getPass() < before[0] || (pair.getPass() == before[0] && origin <= before[1])) {
                repeated[0]++;
                return;
            }
            before[0] = pair.getPass();
            before[1] = origin;
            idAt.computeIfAbsent(record.partition(), unseen -> new TreeMap<>())
                    .put(record.offset(), new String(record.key(), StandardCharsets.UTF_8));
            MessageDigest sum = sums.computeIfAbsent(record.partition(), unseen -> sha256());
            sum.update(record.key());
            sum.update(record.value());
        });
        Map<Integer, String> digests = new TreeMap<>();
        sums.forEach((partition, sum) -> digests.put(partition, HexFormat.of().formatHex(sum.digest())));
        return new Views(idAt, digests, repeated[0]);
    }

    /** How often each image was trained, by the manifest: whole blocks, each cut into batches without a rest. */
    Map<String, Integer> trained(List<BatchManifest> steps, Views views, int batchPairs, int blockBatches) {
        Map<String, Integer> times = new HashMap<>();
        for (int first = 0; first < steps.size(); first += blockBatches) {
            List<RecordRange> ranges = steps.get(first).getRanges();
            for (int batch = 0; batch < blockBatches; batch++) {
                BatchManifest step = steps.get(first + batch);
                if (!step.getRanges().equals(ranges)
                        || step.getFrom() != batch * batchPairs
                        || step.getTo() != (batch + 1) * batchPairs) {
                    throw new AssertionError("Step " + step.getStep() + " is not a cut of its block: " + step);
                }
            }
            views.count(ranges, times);
        }
        return times;
    }

    /** The entries of a run, one a step: a step may be logged again after a crash, but only as it was logged before. */
    List<BatchManifest> steps(String topic, String run) throws Exception {
        TreeMap<Long, BatchManifest> steps = new TreeMap<>();
        // What is logged counts from when the broker has it: transactions only keep a trainer out that was replaced.
        forEach(topic, "read_uncommitted", record -> {
            if (record.key() != null && new String(record.key(), StandardCharsets.UTF_8).equals(run)) {
                BatchManifest step = WireFormat.BATCH_MANIFEST.decode(record.value());
                BatchManifest before = steps.putIfAbsent(step.getStep(), step);
                if (before != null && !before.equals(step)) {
                    throw new AssertionError("Step " + step.getStep() + " has two names: " + before + " and " + step);
                }
            }
        });
        List<Long> counted = new ArrayList<>(steps.keySet());
        if (!counted.equals(
                IntStream.rangeClosed(1, steps.size()).mapToObj(Long::valueOf).toList())) {
            throw new AssertionError("The steps have gaps: " + counted);
        }
        return List.copyOf(steps.values());
    }

    /** The reason for each rejected image. */
    Map<Origin, RejectReason> rejects(String topic) throws Exception {
        Map<Origin, RejectReason> reasons = new HashMap<>();
        forEach(topic, record -> {
            RejectedImage reject = WireFormat.REJECTED_IMAGE.decode(record.value());
            reasons.put(reject.getOrigin(), reject.getReason());
        });
        return reasons;
    }

    private void forEach(String topic, Entry entry) throws Exception {
        forEach(topic, "read_committed", entry);
    }

    private void forEach(String topic, String isolation, Entry entry) throws Exception {
        try (Topics topics = Topics.at(kafka);
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        kafka.with(Map.of(
                                "enable.auto.commit",
                                false,
                                "isolation.level",
                                isolation,
                                "auto.offset.reset",
                                "earliest")),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = topics.end(topic).keySet().stream()
                    .map(partition -> new TopicPartition(topic, partition))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    entry.read(record);
                }
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (java.security.NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java platform must have SHA-256", missing);
        }
    }
}
