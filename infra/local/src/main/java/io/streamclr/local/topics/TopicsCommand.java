package io.streamclr.local.topics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.local.Broker;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.OpenTransaction;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
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
        description = "Show or create the topics that the processes meet at.",
        subcommands = {TopicsCommand.Show.class, TopicsCommand.Create.class, ReleaseTopic.class})
public final class TopicsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with the topics: list, create or release");
    }

    /** {@code streamclr topics list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description =
                    "List the topics with their partitions and how many records they hold and hide. Records are hidden"
                            + " while a transaction is open; one that stays open is named.")
    static final class Show implements Callable<Integer> {

        @Mixin
        private Broker broker;

        @Option(names = "--json", description = "Print one JSON object instead of a table.")
        private boolean json;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            ObjectNode all = new ObjectMapper().createObjectNode();
            List<OpenTransaction> open = new ArrayList<>();
            try (Topics topics = Topics.at(broker.connection())) {
                for (Topic topic : Topic.values()) {
                    ObjectNode one = all.putObject(topic.defaultName());
                    OptionalInt partitions = topics.partitions(topic.defaultName());
                    one.put("exists", partitions.isPresent());
                    if (partitions.isPresent()) {
                        one.put("partitions", partitions.getAsInt());
                        one.put("records", held(topics, topic.defaultName()));
                        List<OpenTransaction> opened = topics.openTransactions(topic.defaultName());
                        one.put(
                                "hidden",
                                opened.stream()
                                        .mapToLong(OpenTransaction::hidden)
                                        .sum());
                        open.addAll(opened);
                    }
                }
            }
            var out = spec.commandLine().getOut();
            if (json) {
                out.println(all);
            } else {
                out.printf("%-18s %10s %14s %10s%n", "topic", "partitions", "records", "hidden");
                all.properties()
                        .forEach(topic -> out.printf(
                                "%-18s %10s %14s %10s%n",
                                topic.getKey(),
                                topic.getValue().path("partitions").asText("-"),
                                topic.getValue().path("exists").asBoolean()
                                        ? String.format(
                                                "%,d",
                                                topic.getValue().path("records").asLong())
                                        : "not there",
                                topic.getValue().path("hidden").asText("-")));
                open.stream()
                        .filter(transaction -> transaction.open().compareTo(OpenTransaction.USUAL) > 0)
                        .forEach(transaction -> out.printf("%n%s%n", transaction));
            }
            out.flush();
            return 0;
        }

        /** Offsets that are held; transaction markers count, and compacted records too. */
        private static long held(Topics topics, String name) {
            Map<Integer, Long> beginning = topics.beginning(name);
            return topics.end(name).entrySet().stream()
                    .mapToLong(end -> end.getValue() - beginning.get(end.getKey()))
                    .sum();
        }
    }

    /** {@code streamclr topics create}. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Create the topics that are missing, with the settings they need; existing ones stay as they"
                    + " are.")
    static final class Create implements Callable<Integer> {

        @Mixin
        private Broker broker;

        @Option(
                names = "--partitions",
                paramLabel = "N",
                defaultValue = "8",
                description = "Partitions of images, images.rejected and views: the most workers that can share the"
                        + " work; twice the cores is good. Cannot be changed later. Default: ${DEFAULT-VALUE}.")
        private int partitions;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (partitions < 1 || partitions > 10_000) {
                throw new ParameterException(
                        spec.commandLine(), "--partitions is " + partitions + ", but 1 to 10000 are possible");
            }
            KafkaConnection connection = broker.connection();
            try (Topics topics = Topics.at(connection)) {
                for (Topic topic : Topic.values()) {
                    boolean made = topics.create(topic, topic.defaultName(), partitions);
                    int has = topics.require(topic.defaultName());
                    spec.commandLine()
                            .getOut()
                            .printf(
                                    "%-18s %s with %d partition%s%n",
                                    topic.defaultName(), made ? "created" : "was there", has, has == 1 ? "" : "s");
                }
                topics.requireAlike(Topic.IMAGES.defaultName(), Topic.VIEWS.defaultName());
                topics.requireAlike(Topic.IMAGES.defaultName(), Topic.IMAGES_REJECTED.defaultName());
            }
            spec.commandLine().getOut().flush();
            return 0;
        }
    }
}
