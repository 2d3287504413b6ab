package io.streamclr.console.topics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.CommandsBelow;
import io.streamclr.process.command.BrokerOptions;
import io.streamclr.process.command.DurationConverter;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.topic.ViewsRetention;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr topics}: what the processes meet at. */
@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        description = "List or create the system's topics, or abort open transactions.",
        subcommands = {ListTopics.class, TopicsCommand.Create.class, ReleaseTopic.class})
public final class TopicsCommand extends CommandsBelow {

    /** {@code streamclr topics create}. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Create the topics that are missing, with the required settings; existing ones are not"
                    + " changed.")
    static final class Create implements Callable<Integer> {

        @Mixin
        private BrokerOptions broker;

        @Option(
                names = "--partitions",
                paramLabel = "N",
                defaultValue = "8",
                description = "Partitions of images, images.rejected and views, which limit the parallelism; twice"
                        + " the number of cores is good. Cannot be changed later (default: ${DEFAULT-VALUE}).")
        private int partitions;

        @Option(
                names = "--replication",
                paramLabel = "N",
                description =
                        "Replicas of each topic, at most one for each broker; 3 is usual in a cluster (default: as"
                                + " the brokers are set).")
        private Optional<Integer> replication;

        @Option(
                names = "--images-topic",
                paramLabel = "TOPIC",
                defaultValue = "images",
                description = "Name of the topic of images (default: ${DEFAULT-VALUE}).")
        private String images;

        @Option(
                names = "--rejects-topic",
                paramLabel = "TOPIC",
                defaultValue = "images.rejected",
                description = "Name of the topic of rejected images (default: ${DEFAULT-VALUE}).")
        private String rejects;

        @Option(
                names = "--views-topic",
                paramLabel = "TOPIC",
                defaultValue = "views",
                description = "Name of the topic of view pairs (default: ${DEFAULT-VALUE}).")
        private String views;

        @Option(
                names = "--batches-topic",
                paramLabel = "TOPIC",
                defaultValue = "batches",
                description = "Name of the topic of logged batches (default: ${DEFAULT-VALUE}).")
        private String batches;

        @Option(
                names = "--encoders-topic",
                paramLabel = "TOPIC",
                defaultValue = "encoders",
                description = "Name of the topic of published encoders (default: ${DEFAULT-VALUE}).")
        private String encoders;

        @Option(
                names = "--embeddings-topic",
                paramLabel = "TOPIC",
                defaultValue = "embeddings",
                description = "Name of the topic of embeddings; which encoders made them is logged in TOPIC.encoders"
                        + " (default: ${DEFAULT-VALUE}).")
        private String embeddings;

        @Option(
                names = "--max-image-bytes",
                paramLabel = "BYTES",
                defaultValue = "" + Topic.MAX_IMAGE_BYTES,
                description = "Maximum image size in bytes, at most " + Topic.MOST_IMAGE_BYTES
                        + "; ingest and receive have the same option (default: ${DEFAULT-VALUE}, which is 8 MiB).")
        private int maxImageBytes;

        @Option(
                names = "--trainer-absence",
                paramLabel = "TIME",
                defaultValue = "4h",
                converter = DurationConverter.class,
                description = "Longest time that a trainer is away, such as 2h: views are kept half as long again, in"
                        + " whole hours, because those that were in no batch when they expire are lost to its run"
                        + " (default: ${DEFAULT-VALUE}, which keeps them 6 h).")
        private Duration absence;

        @Option(names = "--json", description = "Print one JSON object: for each topic, partitions and created.")
        private boolean json;

        @Spec
        private CommandSpec spec;

        private String name(Topic topic) {
            return switch (topic) {
                case IMAGES -> images;
                case IMAGES_REJECTED -> rejects;
                case VIEWS -> views;
                case BATCHES -> batches;
                case ENCODERS -> encoders;
                case EMBEDDINGS -> embeddings;
                case EMBEDDINGS_ENCODERS -> Topic.encodersOf(embeddings);
            };
        }

        @Override
        public Integer call() {
            if (partitions < 1 || partitions > 10_000) {
                throw new ParameterException(
                        spec.commandLine(), "--partitions is " + partitions + ", but 1 to 10000 are possible");
            }
            if (maxImageBytes < 1 || maxImageBytes > Topic.MOST_IMAGE_BYTES) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--max-image-bytes is " + maxImageBytes + ", but 1 to " + Topic.MOST_IMAGE_BYTES
                                + " are possible");
            }
            KafkaConnection connection = broker.connection();
            PrintWriter out = spec.commandLine().getOut();
            ObjectNode figures = new ObjectMapper().createObjectNode();
            try (Topics there = Topics.at(connection)) {
                Topics topics = replication.map(there::replicated).orElse(there);
                for (Topic topic : Topic.values()) {
                    boolean made = make(topics, topic);
                    int has = topics.require(name(topic));
                    if (!json) {
                        out.printf(
                                "%-19s %s with %d partition%s%n",
                                name(topic), made ? "created" : "was there", has, has == 1 ? "" : "s");
                    }
                    figures.putObject(name(topic)).put("partitions", has).put("created", made);
                }
                topics.requireAlike(images, views);
                topics.requireAlike(images, rejects);
                topics.requireAlike(images, embeddings);
            }
            if (json) {
                out.println(figures);
            }
            out.flush();
            return 0;
        }

        private boolean make(Topics topics, Topic topic) {
            return switch (topic) {
                case IMAGES -> topics.createForImages(topic, name(topic), partitions, maxImageBytes);
                case VIEWS -> topics.createFor(ViewsRetention.of(absence), topic, name(topic), partitions);
                default -> topics.create(topic, name(topic), partitions);
            };
        }
    }
}
