package io.streamclr.local.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr bench}: how fast the parts are here. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description =
                "Measure the throughput of this machine: ingest, rendering views, alone and through Kafka and Flink,"
                        + " or training.",
        subcommands = {BenchIngest.class, BenchViews.class, BenchPipeline.class, BenchTrain.class})
public final class BenchCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to measure: ingest, views, pipeline or train");
    }
}
