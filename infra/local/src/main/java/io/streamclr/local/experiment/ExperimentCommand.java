package io.streamclr.local.experiment;

import io.streamclr.console.CommandsBelow;
import picocli.CommandLine.Command;

/** {@code streamclr experiment}: what makes an encoder better, by many small runs. */
@Command(
        name = "experiment",
        mixinStandardHelpOptions = true,
        description = "Reproduce findings of the SimCLR paper, and on streams, by many small runs of the whole system.",
        synopsisSubcommandLabel = "EXPERIMENT",
        commandListHeading = "%nExperiments:%n",
        subcommands = {
            AugmentationsCommand.class,
            HeadCommand.class,
            BatchCommand.class,
            NetworkCommand.class,
            LossCommand.class,
            TransferCommand.class,
            StreamCommand.class
        })
public final class ExperimentCommand extends CommandsBelow {}
