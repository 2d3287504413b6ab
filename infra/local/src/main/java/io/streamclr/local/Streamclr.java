package io.streamclr.local;

import io.streamclr.augment.AugmentCommand;
import io.streamclr.ingest.IngestCommand;
import io.streamclr.ingest.ReceiveCommand;
import io.streamclr.local.bench.BenchCommand;
import io.streamclr.local.decode.DecodeCommand;
import io.streamclr.local.demo.DemoCommand;
import io.streamclr.local.device.CheckGpuCommand;
import io.streamclr.local.embed.EmbedCommand;
import io.streamclr.local.embed.SearchCommand;
import io.streamclr.local.experiment.ExperimentCommand;
import io.streamclr.local.guard.Guard;
import io.streamclr.local.guard.Guarded;
import io.streamclr.local.lineage.LineageCommand;
import io.streamclr.local.page.PageAudience;
import io.streamclr.local.plan.PlanCommand;
import io.streamclr.local.probe.ImageSet;
import io.streamclr.local.probe.ProbeCommand;
import io.streamclr.local.rejects.RejectsCommand;
import io.streamclr.local.replay.RenderedViews;
import io.streamclr.local.replay.ReplayCommand;
import io.streamclr.local.topics.TopicsCommand;
import io.streamclr.local.views.ViewsCommand;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.command.OneLine;
import io.streamclr.trainer.TrainCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code streamclr}: one command for everything. */
@Command(
        name = "streamclr",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Continuous self-supervised pretraining on image streams.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Start with 'streamclr demo': it trains on 60,000 real images on this machine.",
            "Every command explains itself: 'streamclr COMMAND --help'."
        },
        subcommands = {
            DemoCommand.class,
            IngestCommand.class,
            ReceiveCommand.class,
            AugmentCommand.class,
            TrainCommand.class,
            ReplayCommand.class,
            LineageCommand.class,
            ProbeCommand.class,
            ExperimentCommand.class,
            EmbedCommand.class,
            SearchCommand.class,
            ViewsCommand.class,
            DecodeCommand.class,
            RejectsCommand.class,
            TopicsCommand.class,
            BenchCommand.class,
            PlanCommand.class,
            CheckGpuCommand.class
        })
public final class Streamclr implements Runnable {

    /** Commands that train: if native code ends them, somebody must be left to say so. */
    private static final Set<List<String>> GUARDED =
            Set.of(List.of("demo"), List.of("experiment"), List.of("train"), List.of("bench", "train"));

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] args) throws InterruptedException {
        Path home = homeIn(args);
        if (Guarded.here()) {
            Guarded.begin();
        } else if (trains(args) && Guard.possible()) {
            LogFile.none(home.resolve("logs"));
            System.exit(Guard.run(Streamclr.class, args, home.resolve("logs")));
        }
        keepEverythingUnder(home);
        System.exit(exitCode(args));
    }

    private static int exitCode(String[] args) {
        try {
            return commandLine().execute(args);
        } catch (OutOfMemoryError full) {
            System.err.println("streamclr: Java's memory is full (" + full.getMessage() + ", of "
                    + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MiB); give it more with STREAMCLR_OPTS=-Xmx2g, or less to hold; what was saved is kept");
            return 1;
        }
    }

    private static boolean trains(String[] args) {
        return GUARDED.stream()
                .anyMatch(command -> args.length >= command.size()
                        && command.equals(List.of(args).subList(0, command.size())));
    }

    /** The command line as {@code main} runs it: refusals in one sentence and exit code 1, usage errors 2. */
    public static CommandLine commandLine() {
        return new CommandLine(new Streamclr(), new Furnished())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr()
                            .println(command.getColorScheme().errorText("streamclr: " + oneByOne(sentence(failure))));
                    return 1;
                })
                .setParameterExceptionHandler((mistake, arguments) -> {
                    CommandLine command = mistake.getCommandLine();
                    command.getErr()
                            .println(
                                    command.getColorScheme().errorText("streamclr: " + oneByOne(mistake.getMessage())));
                    CommandLine.UnmatchedArgumentException.printSuggestions(mistake, command.getErr());
                    command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
                    return 2;
                });
    }

    /**
     * Makes commands; the trainer's is given what draws views again, reads images and shows a run, none of which a trainer
     * alone can know.
     */
    private static final class Furnished implements CommandLine.IFactory {

        private final CommandLine.IFactory usual = CommandLine.defaultFactory();

        @Override
        public <K> K create(Class<K> type) throws Exception {
            return type == TrainCommand.class
                    ? type.cast(new TrainCommand(RenderedViews::new, ImageSet::heldOut, new PageAudience()))
                    : usual.create(type);
        }
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "no command given");
    }

    /** Text of several lines, each as a terminal only shows it. */
    private static String oneByOne(String text) {
        return text.lines().map(OneLine::of).collect(Collectors.joining("\n"));
    }

    private static String sentence(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RefusalException refusal) {
                return refusal.getMessage();
            }
        }
        LoggerFactory.getLogger(Streamclr.class).error("command failed by a defect", failure);
        return "this should not have happened: " + failure + "; please report it, with the stack trace that is in "
                + Path.of(
                        System.getProperty("streamclr.logs"),
                        System.getProperty("streamclr.log", "streamclr") + ".log");
    }

    /**
     * Logs, and the native library that DJL unpacks. Both are looked up when the first logger and the engine are made, so
     * they are set before picocli parses anything.
     */
    private static void keepEverythingUnder(Path home) {
        LogFile.claim(home.resolve("logs"));
        if (System.getenv("ENGINE_CACHE_DIR") == null && System.getProperty("ENGINE_CACHE_DIR") == null) {
            System.setProperty(
                    "ENGINE_CACHE_DIR", home.resolve("engine").toAbsolutePath().toString());
        }
    }

    private static Path homeIn(String[] args) {
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith("--home=")) {
                return Path.of(args[i].substring("--home=".length()));
            }
            if (args[i].equals("--home") && i + 1 < args.length) {
                return Path.of(args[i + 1]);
            }
        }
        return Home.DEFAULT;
    }
}
