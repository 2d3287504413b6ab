package io.streamclr.trainer.publish;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncoderFile;
import io.streamclr.schemas.record.EncoderPublished;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.owner.RunOwner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces the encoders of runs, each under its run's id. An announcement that the broker does not take is logged and
 * given up: the encoder itself lies safe, and the next one is announced anew.
 */
public final class EncoderAnnouncer {

    private static final Logger LOG = LoggerFactory.getLogger(EncoderAnnouncer.class);
    /** How long announcing may hold up whoever calls it when no broker answers. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final RunOwner owner;
    private final String topic;
    private final Clock clock;

    private EncoderAnnouncer(RunOwner owner, String topic, Clock clock) {
        this.owner = owner;
        this.topic = topic;
        this.clock = clock;
    }

    /**
     * An announcer to a topic that is there.
     *
     * @param owner of the run whose encoders are announced; it has claimed the run when the first is
     * @throws RefusalException if the topic is missing or no broker answers
     */
    public static EncoderAnnouncer to(RunOwner owner, KafkaConnection kafka, String topic, Clock clock) {
        try (Topics topics = Topics.at(kafka)) {
            topics.require(topic);
        }
        return new EncoderAnnouncer(owner, topic, clock);
    }

    /**
     * Announces an encoder of the owner's run.
     *
     * @param checkpoint the folder that has the encoder in it; the digests of its files travel along
     * @param forms that were asked for besides
     * @throws RefusalException if another trainer took the run over
     */
    public void announce(
            String runId, long step, Path checkpoint, Set<PublishedForm> forms, Map<String, Double> scores) {
        Map<String, String> digests = SavedSteps.digests(checkpoint);
        EncoderPublished record = EncoderPublished.newBuilder()
                .setRunId(runId)
                .setStep(step)
                .setLocation(
                        checkpoint.resolve(EncoderFiles.TORCHSCRIPT).toUri().toString())
                .setDigest(digests.get(EncoderFiles.TORCHSCRIPT))
                .setScores(Map.copyOf(scores))
                .setPublishedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .setFiles(files(digests, forms))
                .build();
        byte[] key = runId.getBytes(StandardCharsets.UTF_8);
        try {
            ProducerRecord<byte[], byte[]> announced =
                    new ProducerRecord<>(topic, key, WireFormat.ENCODER_PUBLISHED.encode(record));
            if (owner.writeAndCommit(announced, PATIENCE).isEmpty()) {
                LOG.warn(
                        "encoder not announced, because the broker did not say that it has it topic={} step={}",
                        topic,
                        step);
            }
        } catch (KafkaException refused) {
            LOG.warn("encoder not announced topic={} step={} reason=\"{}\"", topic, step, refused.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<EncoderFile> files(Map<String, String> digests, Set<PublishedForm> forms) {
        if (forms.isEmpty()) {
            return List.of();
        }
        List<EncoderFile> files = new ArrayList<>();
        files.add(new EncoderFile("torchscript", EncoderFiles.TORCHSCRIPT, digests.get(EncoderFiles.TORCHSCRIPT)));
        new TreeSet<>(forms)
                .forEach(form -> files.add(new EncoderFile(form.word(), form.file(), digests.get(form.file()))));
        return files;
    }
}
