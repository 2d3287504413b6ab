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
            paramLabel = "NAME",
            defaultValue = "images",
            description = "Topic to send into (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Option(
            names = "--attribute",
            paramLabel = "NAME=VALUE",
            description = "Put this on every image sent, for whoever reads the topic later; may be given many times.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(
            names = "--no-check",
            description =
                    "Do not read the topic, neither first nor for what others send meanwhile, where it is too large"
                            + " for that: images that it has are then sent again.")
    private boolean noCheck;

    @Option(
            names = "--skip-near-duplicates",
            paramLabel = "BITS",
            description = "Leave out a picture whose 64-bit picture hash differs in at most BITS bits from that of one"
                    + " that was sent, with this option, before: 4 is careful, 11 is the most. Costs the decoding of"
                    + " every picture; one that the Java platform cannot decode, or that is too plain to tell, is"
                    + " always sent.")
    private Optional<Integer> nearDuplicateBits;

    @Option(
            names = "--max-image-bytes",
            paramLabel = "BYTES",
            defaultValue = "" + Topic.MAX_IMAGE_BYTES,
            description =
                    "The largest image that is taken (default: ${DEFAULT-VALUE}, which is 8 MiB). For larger ones the"
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
