package io.streamclr.it;

import io.streamclr.schemas.record.EncoderPublished;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.encoder.ContentSums;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.form.FileDigest;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Encoders of random weights, published one after the other as a trainer does. */
final class TinyEncoders {

    static final String RUN = "run";

    private final KafkaConnection kafka;
    private final String topic;
    private final Path checkpoints;
    private final int side;

    /** @param side of the squares that they are shown, in pixels */
    TinyEncoders(KafkaConnection kafka, String topic, Path checkpoints, int side) {
        this.kafka = kafka;
        this.topic = topic;
        this.checkpoints = checkpoints;
        this.side = side;
    }

    /** Publishes the encoder of a step, whose weights are another step's never. @return its file */
    Path publish(long step, Map<String, Double> scores) throws Exception {
        return publish(RUN, step, scores);
    }

    /** The same of another run. */
    Path publish(String run, long step, Map<String, Double> scores) throws Exception {
        Path archive = save(run, step);
        EncoderPublished published = new EncoderPublished(
                run,
                step,
                archive.toUri().toString(),
                FileDigest.of(archive),
                scores,
                Instant.ofEpochMilli(1_000_000 + step),
                List.of());
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                kafka.with(Map.of("acks", "all")), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            topic,
                            0,
                            run.getBytes(StandardCharsets.UTF_8),
                            WireFormat.ENCODER_PUBLISHED.encode(published)))
                    .get();
        }
        return archive;
    }

    private Path save(String run, long step) throws Exception {
        Architecture architecture = Architecture.of(
                new NetworkPlan(18, 0.0625, Stem.SMALL2, HeadPlan.NONE, false, Normalisation.NONE, Precision.FLOAT32));
        Path folder = Files.createDirectories(checkpoints.resolve(run + String.format("/step-%08d", step)));
        String recipe = "cifar,size=" + side;
        EncoderFiles.write(
                folder,
                architecture,
                architecture.initialValues(step),
                new Origin(run, step, 1, "", recipe, side, side));
        ContentSums.seal(folder);
        return folder.resolve(EncoderFiles.TORCHSCRIPT);
    }
}
