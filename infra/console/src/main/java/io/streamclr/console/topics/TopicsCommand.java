package io.streamclr.console.topics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.process.command.BrokerOptions;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import java.io.PrintWriter;
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
public final class TopicsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with the topics: list, create or release");
    }

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
                names = "--max-image-bytes",
                paramLabel = "BYTES",
                defaultValue = "" + Topic.MAX_IMAGE_BYTES,
                description = "Maximum image size in bytes, at most " + Topic.MOST_IMAGE_BYTES
                        + "; ingest and receive have the same option (default: ${DEFAULT-VALUE}, which is 8 MiB).")
        private int maxImageBytes;

        @Option(names = "--json", description = "Print one JSON object: for each topic, partitions and created.")
        private boolean json;

        @Spec
        private CommandSpec spec;

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
            try (Topics topics = Topics.at(connection)) {
                for (Topic topic : Topic.values()) {
                    boolean made = topic == Topic.IMAGES
                            ? topics.createForImages(topic, topic.defaultName(), partitions, maxImageBytes)
                            : topics.create(topic, topic.defaultName(), partitions);
                    int has = topics.require(topic.defaultName());
                    if (!json) {
                        out.printf(
                                "%-18s %s with %d partition%s%n",
                                topic.defaultName(), made ? "created" : "was there", has, has == 1 ? "" : "s");
                    }
                    figures.putObject(topic.defaultName())
                            .put("partitions", has)
                            .put("created", made);
                }
                topics.requireAlike(Topic.IMAGES.defaultName(), Topic.VIEWS.defaultName());
                topics.requireAlike(Topic.IMAGES.defaultName(), Topic.IMAGES_REJECTED.defaultName());
            }
            if (json) {
                out.println(figures);
            }
            out.flush();
            return 0;
        }
    }
}
