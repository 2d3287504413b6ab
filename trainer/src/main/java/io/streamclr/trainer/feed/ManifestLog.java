package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic of batches, as one run reads and writes it. */
final class ManifestLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ManifestLog.class);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final FeedConfig config;
    private final byte[] key;
    private final TopicWatch watch;
    private final KafkaProducer<byte[], byte[]> producer;

    /** Nothing is sent yet. */
    ManifestLog(FeedConfig config) {
        this.config = config;
        this.key = key(config);
        this.watch = new TopicWatch(config.kafka(), config.batchesTopic());
        this.producer = new KafkaProducer<>(config.kafka()
                .with(Map.of(
                        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                        ByteArraySerializer.class,
                        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                        ByteArraySerializer.class,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.LINGER_MS_CONFIG,
                        0)));
    }

    /**
     * The entries of a run, in the order of the topic.
     *
     * @param from offset to begin at; entries that expired are not missed
     * @param topics of the same broker
     */
    static List<RunHistory.Entry> entries(FeedConfig config, long from, Topics topics) {
        byte[] key = key(config);
        String topic = config.batchesTopic();
        if (topics.require(topic) != 1) {
            throw new RefusalException("Topic " + topic + " has " + topics.require(topic)
                    + " partitions, but steps have one order and need one; delete it and create it with"
                    + " 'streamclr topics create'");
        }
        long end = topics.end(topic).get(0);
        if (from > end) {
            throw new RefusalException("Topic " + topic + " ends at offset " + end + ", but the checkpoint of run "
                    + config.runId() + " was written when it reached " + from
                    + "; the topic was made anew, so begin another run");
        }
        TopicPartition only = new TopicPartition(topic, 0);
        List<RunHistory.Entry> entries = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config.kafka()
                .with(Map.of(
                        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                        ByteArrayDeserializer.class,
                        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                        ByteArrayDeserializer.class,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none")))) {
            consumer.assign(List.of(only));
            consumer.seek(only, Math.max(from, topics.beginning(topic).get(0)));
            long reached = consumer.position(only);
            while (reached < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(SILENCE)) {
                    if (Arrays.equals(record.key(), key)) {
                        entries.add(new RunHistory.Entry(decode(record), record.offset()));
                    }
                }
                if (consumer.position(only) == reached) {
                    throw new RefusalException("Topic " + topic + " cannot be read to its end at offset " + end
                            + ", because the broker sent nothing for " + SILENCE.toSeconds()
                            + " seconds; check the broker and start again");
                }
                reached = consumer.position(only);
            }
        } catch (KafkaException failed) {
            throw new RefusalException(
                    "Topic " + topic + " cannot be read: " + failed.getMessage()
                            + "; check the broker and the rights on the topic",
                    failed);
        }
        return entries;
    }

    private static byte[] key(FeedConfig config) {
        return config.runId().getBytes(StandardCharsets.UTF_8);
    }

    private static BatchManifest decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            return WireFormat.BATCH_MANIFEST.decode(record.value() == null ? new byte[0] : record.value());
        } catch (ForeignRecordException foreign) {
            throw new RefusalException(
                    "Topic " + record.topic() + " has a foreign record at offset " + record.offset()
                            + " under the name of this run: " + foreign.getMessage()
                            + "; find its writer, and begin another run",
                    foreign);
        }
    }

    /**
     * Names a batch, and returns when the broker has it for good; while no broker answers it waits and says so in the
     * log.
     *
     * @return the offset of the entry
     * @throws RefusalException if the topic is gone, or the broker does not take the entry
     */
    long append(BatchManifest manifest) throws InterruptedException {
        ProducerRecord<byte[], byte[]> entry =
                new ProducerRecord<>(config.batchesTopic(), 0, key, WireFormat.BATCH_MANIFEST.encode(manifest));
        Optional<Future<RecordMetadata>> sent = Optional.empty();
        while (true) {
            try {
                if (sent.isEmpty()) {
                    sent = Optional.of(producer.send(entry));
                }
                return sent.get().get(SILENCE.toSeconds(), TimeUnit.SECONDS).offset();
            } catch (java.util.concurrent.TimeoutException patience) {
                watch.requireTopic();
            } catch (InterruptException stopped) {
                throw new InterruptedException(stopped.getMessage());
            } catch (ExecutionException | KafkaException failed) {
                Throwable cause = failed instanceof ExecutionException ? failed.getCause() : failed;
                if (!(cause instanceof TimeoutException)) {
                    throw new RefusalException(
                            "Step " + manifest.getStep() + " of run " + config.runId() + " cannot be named in topic "
                                    + config.batchesTopic() + ": " + cause.getMessage()
                                    + "; check the broker and the rights on the topic, then resume",
                            cause);
                }
                // The entry may be there all the same: a second one that equals it does no harm.
                watch.requireTopic();
                sent = Optional.empty();
            }
            LOG.warn(
                    "batch not yet named, waiting for the broker step={} topic={}",
                    manifest.getStep(),
                    config.batchesTopic());
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
