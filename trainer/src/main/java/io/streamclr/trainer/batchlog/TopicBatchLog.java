package io.streamclr.trainer.batchlog;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.owner.RunOwner;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.TopicWatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic of batches, as one run writes it. */
public final class TopicBatchLog implements BatchLog {

    private static final Logger LOG = LoggerFactory.getLogger(TopicBatchLog.class);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final FeedConfig config;
    private final byte[] key;
    private final TopicWatch watch;
    private final RunOwner owner;

    /** @param owner of the run; closed with this */
    public TopicBatchLog(FeedConfig config, RunOwner owner) {
        this.config = config;
        this.key = config.runId().getBytes(StandardCharsets.UTF_8);
        this.watch = new TopicWatch(config.kafka(), config.batchesTopic());
        this.owner = owner;
    }

    @Override
    public void claim() throws InterruptedException {
        owner.claim();
    }

    /** While no broker answers it waits and says so in the log. */
    @Override
    public long append(BatchManifest manifest) throws InterruptedException {
        ProducerRecord<byte[], byte[]> entry =
                new ProducerRecord<>(config.batchesTopic(), 0, key, WireFormat.BATCH_MANIFEST.encode(manifest));
        while (true) {
            // The entry may be there although nobody said so: a second one that equals it does no harm.
            OptionalLong offset = write(entry, manifest.getStep());
            if (offset.isPresent()) {
                return offset.getAsLong();
            }
            watch.requireTopic();
            LOG.warn(
                    "batch not yet logged, waiting for the broker step={} topic={}",
                    manifest.getStep(),
                    config.batchesTopic());
        }
    }

    private OptionalLong write(ProducerRecord<byte[], byte[]> entry, long step) throws InterruptedException {
        try {
            return owner.write(entry, SILENCE);
        } catch (KafkaException refused) {
            throw new RefusalException(
                    "Step " + step + " of run " + config.runId() + " cannot be logged in topic " + config.batchesTopic()
                            + ": " + refused.getMessage() + "; check the broker and the rights on the topic, then"
                            + " resume",
                    refused);
        }
    }

    @Override
    public void close() {
        owner.close();
    }
}
