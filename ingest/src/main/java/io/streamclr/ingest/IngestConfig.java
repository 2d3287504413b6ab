package io.streamclr.ingest;

import io.streamclr.ingest.classes.Labels;
import io.streamclr.ingest.publish.ImageTopic;
import io.streamclr.ingest.source.Reading;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What one run sends, and where to.
 *
 * @param paths folders and files, read in this order
 * @param kafka the broker
 * @param topic the topic of images
 * @param imagesPerSecond above 0; infinite for as fast as it goes
 * @param limit most images to send, 0 or more
 * @param attributes put on every image, outranking what the source says
 * @param reading how the paths are read
 * @param knowledge how much of what the topic has is found out, so that it is not sent again
 * @param shuffleSeed of the order in which the paths are read; empty for the order in which they lie there
 */
public record IngestConfig(
        List<Path> paths,
        KafkaConnection kafka,
        String topic,
        double imagesPerSecond,
        long limit,
        Map<String, String> attributes,
        Reading reading,
        ImageTopic.Deduplication knowledge,
        OptionalLong shuffleSeed) {

    public IngestConfig {
        paths = List.copyOf(paths);
        attributes = Map.copyOf(attributes);
        Objects.requireNonNull(kafka, "kafka");
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(reading, "reading");
        Objects.requireNonNull(knowledge, "knowledge");
        Objects.requireNonNull(shuffleSeed, "shuffleSeed");
        if (!(imagesPerSecond > 0)) {
            throw RefusalException.ofUsage(
                    "--rate is " + imagesPerSecond + ", but it must be above 0 images per second");
        }
        if (limit < 0) {
            throw RefusalException.ofUsage("--limit is " + limit + ", but it must be 0 or more images");
        }
    }

    /** Everything under the paths in its order, as fast as it goes, into the usual topic, nothing twice. */
    public static IngestConfig of(List<Path> paths, KafkaConnection kafka) {
        return new IngestConfig(
                paths,
                kafka,
                Topic.IMAGES.defaultName(),
                Double.POSITIVE_INFINITY,
                Long.MAX_VALUE,
                Map.of(),
                Reading.usual(),
                ImageTopic.Deduplication.usual(),
                OptionalLong.empty());
    }

    /** The same into another topic. */
    public IngestConfig into(String otherTopic) {
        return new IngestConfig(
                paths, kafka, otherTopic, imagesPerSecond, limit, attributes, reading, knowledge, shuffleSeed);
    }

    /** The same, but no more than this many images. */
    public IngestConfig upTo(long images) {
        return new IngestConfig(
                paths, kafka, topic, imagesPerSecond, images, attributes, reading, knowledge, shuffleSeed);
    }

    /** The same at this rate. */
    public IngestConfig at(double rate) {
        return new IngestConfig(paths, kafka, topic, rate, limit, attributes, reading, knowledge, shuffleSeed);
    }

    /** The same with labels from folders in this way. */
    public IngestConfig by(Labels labels) {
        return new IngestConfig(
                paths, kafka, topic, imagesPerSecond, limit, attributes, reading.with(labels), knowledge, shuffleSeed);
    }

    /** The same in a random order. */
    public IngestConfig shuffled(long seed) {
        return new IngestConfig(
                paths, kafka, topic, imagesPerSecond, limit, attributes, reading, knowledge, OptionalLong.of(seed));
    }
}
