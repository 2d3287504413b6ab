package io.streamclr.local.bench;

import io.streamclr.console.CommandsBelow;
import picocli.CommandLine.Command;

/** {@code streamclr bench}: how fast the parts are here. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description =
                "Measure the throughput of this machine: ingest, rendering views, alone and through Kafka and Flink,"
                        + " the trainer's feed, training, the exchange of ranks, or search.",
        subcommands = {
            BenchIngest.class,
            BenchViews.class,
            BenchPipeline.class,
            BenchFeed.class,
            BenchTrain.class,
            BenchExchange.class,
            BenchSearch.class
        })
public final class BenchCommand extends CommandsBelow {}
