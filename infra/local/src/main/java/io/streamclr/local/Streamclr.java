package io.streamclr.local;

import io.streamclr.console.Console;
import io.streamclr.console.Program;
import io.streamclr.local.bench.BenchCommand;
import io.streamclr.local.broker.BrokerCommand;
import io.streamclr.local.demo.DemoCommand;
import io.streamclr.local.experiment.ExperimentCommand;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code streamclr}: the console's commands, and the whole system on this machine. */
@Command(
        name = "streamclr",
        footer = {
            "",
            "Start with 'streamclr demo': it trains on 60,000 real images on this machine.",
            "Every command explains itself: 'streamclr COMMAND --help'."
        },
        subcommands = {DemoCommand.class, ExperimentCommand.class, BenchCommand.class, BrokerCommand.class})
public final class Streamclr extends Console {

    private static final Set<List<String>> TRAINS_HERE = Stream.concat(
                    TRAINS.stream(), Stream.of(List.of("demo"), List.of("experiment"), List.of("bench", "train")))
            .collect(Collectors.toUnmodifiableSet());

    public static void main(String[] args) throws InterruptedException {
        new Program(Streamclr.class, Streamclr::commandLine, TRAINS_HERE).run(args);
    }

    /** The command line as {@code main} runs it. */
    public static CommandLine commandLine() {
        return Program.commandLine(new Streamclr());
    }
}
