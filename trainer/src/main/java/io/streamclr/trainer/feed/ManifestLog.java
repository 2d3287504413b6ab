package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic of batches, as one run writes it. */
final class ManifestLog implements Naming {

    private static final Logger LOG = LoggerFactory.getLogger(ManifestLog.class);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final FeedConfig config;
    private final byte[] key;
    private final TopicWatch watch;
    private final KafkaProducer<byte[], byte[]> producer;

    /** Nothing is sent yet. */
    ManifestLog(FeedConfig config) {
        this.config = config;
        this.key = config.runId().getBytes(StandardCharsets.UTF_8);
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

    /** While no broker answers it waits and says so in the log. */
    @Override
    public long append(BatchManifest manifest) throws InterruptedException {
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
