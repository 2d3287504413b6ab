package io.streamclr.local.broker;

import io.streamclr.console.Home;
import io.streamclr.process.command.Stoppable;
import io.streamclr.schemas.RefusalException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code streamclr broker}: the broker of a demo or an experiment, once more. */
@Command(
        name = "broker",
        mixinStandardHelpOptions = true,
        description = {
            "Start the broker of a demo or an experiment again, and run it until Ctrl-C.",
            "Then replay, lineage, views and topics work on what it holds. --home is its folder or the folder of all"
                    + " data; of several brokers there, the one that ran last is started. It listens on this machine"
                    + " only, at its old port if that is free."
        })
public final class BrokerCommand implements Callable<Integer> {

    /** For a start that is under way, and then for Kafka to end in order. */
    private static final Duration TO_STOP = Duration.ofSeconds(60);

    @Mixin
    private Home home;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        return Stoppable.work(TO_STOP, () -> asked.complete(null), () -> serve(asked));
    }

    private int serve(CompletableFuture<Void> asked) {
        BrokerHome place = BrokerHome.in(home.folder());
        PrintWriter out = spec.commandLine().getOut();
        place.others().forEach(other -> out.println("There is another one in " + other));
        try (LocalBroker broker = LocalBroker.startAgain(place.folder())) {
            out.println("Kafka at " + broker.bootstrapServers() + ", data in " + place.folder() + "; Ctrl-C stops it");
            out.println("export STREAMCLR_BOOTSTRAP_SERVER=" + broker.bootstrapServers());
            out.flush();
            CompletableFuture.anyOf(asked, broker.ended()).join();
            Optional<String> trouble = asked.isDone() ? Optional.empty() : broker.trouble();
            if (trouble.isPresent()) {
                throw new RefusalException(trouble.get());
            }
        }
        return 0;
    }
}
