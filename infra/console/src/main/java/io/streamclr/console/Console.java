package io.streamclr.console;

import io.streamclr.augment.AugmentCommand;
import io.streamclr.console.decode.DecodeCommand;
import io.streamclr.console.device.CheckGpuCommand;
import io.streamclr.console.embed.EmbedCommand;
import io.streamclr.console.embed.SearchCommand;
import io.streamclr.console.embeddings.EmbeddingsCommand;
import io.streamclr.console.export.ExportCommand;
import io.streamclr.console.lineage.LineageCommand;
import io.streamclr.console.page.PageCommand;
import io.streamclr.console.plan.PlanCommand;
import io.streamclr.console.probe.ProbeCommand;
import io.streamclr.console.rejects.RejectsCommand;
import io.streamclr.console.replay.ReplayCommand;
import io.streamclr.console.topics.TopicsCommand;
import io.streamclr.console.views.ViewsCommand;
import io.streamclr.ingest.IngestCommand;
import io.streamclr.ingest.ReceiveCommand;
import io.streamclr.process.version.Build;
import io.streamclr.trainer.command.TrainCommand;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code streamclr} for any cluster: every process, and every command that looks at what the processes did. */
@Command(
        name = "streamclr",
        mixinStandardHelpOptions = true,
        versionProvider = Build.Lines.class,
        description = "Continuous self-supervised pretraining on image streams.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Every command explains itself: 'streamclr COMMAND --help'."},
        subcommands = {
            IngestCommand.class,
            ReceiveCommand.class,
            AugmentCommand.class,
            TrainCommand.class,
            PageCommand.class,
            ReplayCommand.class,
            LineageCommand.class,
            ProbeCommand.class,
            EmbedCommand.class,
            SearchCommand.class,
            EmbeddingsCommand.class,
            ExportCommand.class,
            ViewsCommand.class,
            DecodeCommand.class,
            RejectsCommand.class,
            TopicsCommand.class,
            PlanCommand.class,
            CheckGpuCommand.class,
            CompletionCommand.class
        })
public class Console extends CommandsBelow {

    /** Commands that train: if native code ends them, somebody must be left to say so. */
    public static final Set<List<String>> TRAINS = Set.of(List.of("train"));

    public static void main(String[] args) throws InterruptedException {
        new Program(Console.class, Console::commandLine, TRAINS).run(args);
    }

    /** The command line as {@code main} runs it. */
    public static CommandLine commandLine() {
        return Program.commandLine(new Console());
    }
}
