package io.streamclr.console.topics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.process.command.BrokerOptions;
import io.streamclr.schemas.topic.OpenTransaction;
import io.streamclr.schemas.topic.Topics;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code streamclr topics release}. */
@Command(
        name = "release",
        mixinStandardHelpOptions = true,
        description = {
            "Abort the transactions that a killed producer left open in a topic, so that its consumers continue.",
            "If the producer has checkpoints, restart it first: it finishes its own transactions and loses nothing."
                    + " Here the records of open transactions are lost."
        })
final class ReleaseTopic implements Callable<Integer> {

    @Parameters(paramLabel = "TOPIC", description = "The topic with open transactions.")
    private String topic;

    @Mixin
    private BrokerOptions broker;

    @Option(
            names = "--open-for",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Abort only transactions that have been open for this long; a healthy job commits its own"
                    + " after a few seconds (default: ${DEFAULT-VALUE}).")
    private long seconds;

    @Option(names = "--json", description = "Print one JSON object at the end: released, still_open.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int released = 0;
        int open = 0;
        try (Topics topics = Topics.at(broker.connection())) {
            // After the oldest of a partition the next oldest may come to light.
            for (List<OpenTransaction> old = old(topics); !old.isEmpty(); old = old(topics)) {
                for (OpenTransaction each : old) {
                    topics.abort(each);
                    released++;
                    if (!json) {
                        out.printf("released partition %d from %s%n", each.partition(), name(each));
                    }
                }
            }
            open = topics.openTransactions(topic).size();
        }
        if (json) {
            ObjectNode figures = new ObjectMapper().createObjectNode();
            figures.put("released", released);
            figures.put("still_open", open);
            out.println(figures);
        } else {
            out.printf("%d released, %d still open that are younger%n", released, open);
        }
        out.flush();
        return 0;
    }

    private List<OpenTransaction> old(Topics topics) {
        return topics.openTransactions(topic).stream()
                .filter(each -> each.open().compareTo(Duration.ofSeconds(seconds)) >= 0)
                .toList();
    }

    private static String name(OpenTransaction open) {
        return open.transactionalId().isEmpty()
                ? "a transaction of producer " + open.producerId()
                : "transaction " + open.transactionalId();
    }
}
