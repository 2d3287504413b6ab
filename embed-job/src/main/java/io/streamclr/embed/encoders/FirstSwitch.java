package io.streamclr.embed.encoders;

import io.streamclr.process.place.Place;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncoderPublished;
import io.streamclr.schemas.record.EncoderSwitch;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is logged before a job starts: the encoder that was pinned, or the newest that passes. Then all images that are there
 * already have an encoder. What is published later the job itself logs.
 */
public final class FirstSwitch {

    private static final Logger LOG = LoggerFactory.getLogger(FirstSwitch.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaConnection kafka;
    private final String encoders;
    private final String switches;
    private final EncoderChoice choice;

    /**
     * @param encoders topic that they are announced in
     * @param switches topic that logs them
     */
    public FirstSwitch(KafkaConnection kafka, String encoders, String switches, EncoderChoice choice) {
        this.kafka = kafka;
        this.encoders = encoders;
        this.switches = switches;
        this.choice = choice;
    }

    /**
     * Logs the newest encoder that passes, unless the log ends with it or a newer one.
     *
     * @return the offset in {@code encoders} that the job goes on from; empty if no encoder has passed yet
     * @throws RefusalException if none that passes can be kept and there is no older one
     */
    public OptionalLong newest() {
        PublishedEncoders published = PublishedEncoders.read(kafka, encoders);
        Optional<EncoderSwitch> last = last();
        // Whoever asks for another run than before gets it, although its newest may be older.
        boolean otherRun = last.isPresent() && !choice.gate().isOfRun(last.get().getRunId());
        Optional<RefusalException> failure = Optional.empty();
        for (EncoderPublished each : published.newestFirst()) {
            if (last.isPresent()
                    && !otherRun
                    && !each.getPublishedAt().isAfter(last.get().getPublishedAt())) {
                break;
            }
            try {
                Optional<EncoderSwitch> entry = choice.of(each);
                if (entry.isPresent()) {
                    append(otherRun ? choice.entry(each, true) : entry.get());
                    return OptionalLong.of(published.end());
                }
            } catch (RefusalException unusable) {
                LOG.warn("encoder passed over run={} step={}", each.getRunId(), each.getStep(), unusable);
                failure = failure.or(() -> Optional.of(unusable));
            }
        }
        if (last.isPresent() && !otherRun) {
            return OptionalLong.of(published.end());
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return OptionalLong.empty();
    }

    /**
     * Logs an encoder that somebody asks for, unless the log ends with it.
     *
     * @throws RefusalException if there is no such encoder, or it cannot be kept
     */
    public void pinned(PinnedEncoder pin) {
        Optional<EncoderSwitch> last = last();
        if (last.isPresent()
                && last.get().getRunId().equals(pin.run())
                && last.get().getStep() == pin.step()) {
            return; // whose file may be gone by now: it is kept
        }
        EncoderPublished asked =
                pin.among(PublishedEncoders.read(kafka, encoders).newestFirst());
        EncoderShelf.at(choice.shelf()).keep(Place.of(asked.getLocation()), asked.getDigest());
        append(choice.entry(asked, true));
    }

    private Optional<EncoderSwitch> last() {
        try (SwitchReader reader = new SwitchReader(kafka, switches, System::nanoTime)) {
            return reader.read().newest();
        }
    }

    private void append(EncoderSwitch entry) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                kafka.with(Map.of(ProducerConfig.ACKS_CONFIG, "all")),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            switches,
                            0,
                            entry.getRunId().getBytes(StandardCharsets.UTF_8),
                            WireFormat.ENCODER_SWITCH.encode(entry)))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            LOG.info("encoder logged run={} step={} digest={}", entry.getRunId(), entry.getStep(), entry.getDigest());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RefusalException("The job was stopped before it began", interrupted);
        } catch (ExecutionException | TimeoutException | KafkaException failed) {
            throw new RefusalException(
                    "Topic " + switches + " cannot be written (" + failed.getMessage()
                            + "); check the broker and the rights on the topic",
                    failed);
        }
    }
}
