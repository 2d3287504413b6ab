package io.streamclr.console.embeddings;

import io.streamclr.console.CommandsBelow;
import picocli.CommandLine.Command;

/** {@code streamclr embeddings}: what can be done with a stream of embeddings. */
@Command(
        name = "embeddings",
        mixinStandardHelpOptions = true,
        description =
                "Find near-duplicates in a topic of embeddings, watch it for drift, and export it to Parquet files or PostgreSQL.",
        subcommands = {DuplicatesCommand.class, DriftCommand.class, ExportEmbeddings.class})
public final class EmbeddingsCommand extends CommandsBelow {}
