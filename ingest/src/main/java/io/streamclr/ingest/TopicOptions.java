package io.streamclr.ingest;

import io.streamclr.ingest.classes.Labels;
import io.streamclr.ingest.publish.ImageTopic;
import io.streamclr.ingest.source.Reading;
import io.streamclr.ingest.source.Videos;
import io.streamclr.process.command.BrokerOptions;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where images go, and which of them: the options of every command that sends some. */
final class TopicOptions {

    @Mixin
    private BrokerOptions broker;

    @Option(
            names = "--images-topic",
            paramLabel = "TOPIC",
            defaultValue = "images",
            description = "Topic to send into (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Option(
            names = "--attribute",
            paramLabel = "NAME=VALUE",
            description = "Attribute to store with every image sent, for consumers; may be repeated.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(
            names = "--no-check",
            description = "Do not check for duplicates against the topic, for topics too large to read: images"
                    + " already in it are then sent again.")
    private boolean noCheck;

    @Option(
            names = "--skip-near-duplicates",
            paramLabel = "BITS",
            description = "Skip an image whose 64-bit perceptual hash differs in at most BITS bits from an image"
                    + " already sent with this option: 4 is conservative, 11 is the maximum. Decodes every image; one"
                    + " that Java cannot decode, or with too little structure to hash, is always sent (default: off).")
    private Optional<Integer> nearDuplicateBits;

    @Option(
            names = "--max-image-bytes",
            paramLabel = "BYTES",
            defaultValue = "" + Topic.MAX_IMAGE_BYTES,
            description =
                    "Maximum image size, in bytes (default: ${DEFAULT-VALUE}, which is 8 MiB). For larger images the"
                            + " topic's max.message.bytes must be 65536 more.")
    private int maxImageBytes;

    Reading reading() {
        return new Reading(Videos.skipped(), maxImageBytes, Labels.NONE);
    }

    KafkaConnection kafka() {
        return broker.connection();
    }

    String topic() {
        return topic;
    }

    Map<String, String> attributes() {
        return attributes;
    }

    ImageTopic.Deduplication knowledge() {
        return new ImageTopic.Deduplication(
                !noCheck, !noCheck, nearDuplicateBits.map(OptionalInt::of).orElse(OptionalInt.empty()));
    }
}
