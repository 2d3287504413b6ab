package io.streamclr.console;

import io.streamclr.console.guard.Guard;
import io.streamclr.console.guard.Guarded;
import io.streamclr.console.page.PageAudience;
import io.streamclr.console.probe.ProbeImages;
import io.streamclr.process.command.OtherNames;
import io.streamclr.process.command.PathConverter;
import io.streamclr.process.command.WordConverter;
import io.streamclr.process.configuration.ConfigurableCommand;
import io.streamclr.process.version.Build;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.command.TrainCommand;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * A command line of ours as a process: its log, its guard, and every failure in one sentence.
 *
 * @param mainClass started again by a guard
 * @param commands made after the log has its place, which the first logger looks up
 * @param guarded commands that a guard waits for, by their first words
 */
public record Program(Class<?> mainClass, Supplier<CommandLine> commands, Set<List<String>> guarded) {

    /** Does what the arguments say, and ends the process. */
    public void run(String[] given) throws InterruptedException {
        String[] args = ConfigurableCommand.kept(given);
        Path home = homeIn(args);
        if (Guarded.here()) {
            Guarded.begin();
        } else if (isGuarded(args) && Guard.possible()) {
            LogFile.none(home.resolve("logs"));
            System.exit(Guard.run(mainClass, args, home.resolve("logs")));
        }
        keepEverythingUnder(home);
        System.exit(exitCode(args));
    }

    private int exitCode(String[] args) {
        try {
            return commands.get().execute(args);
        } catch (OutOfMemoryError full) {
            long most = Runtime.getRuntime().maxMemory();
            String twice = "-Xmx" + Math.max(2, most >> 29) + "g";
            System.err.println("streamclr: Java's memory is full (" + full.getMessage() + ", of " + (most >> 20)
                    + " MiB); give it more with STREAMCLR_OPTS=" + twice + " (in a container JAVA_TOOL_OPTIONS=" + twice
                    + "), or less to hold; what was saved is kept");
            return 1;
        }
    }

    private boolean isGuarded(String[] args) {
        return guarded.stream()
                .anyMatch(command -> args.length >= command.size()
                        && command.equals(List.of(args).subList(0, command.size())));
    }

    /** Commands as a process runs them: refusals in one sentence and exit code 1 or what they say, usage errors 2. */
    public static CommandLine commandLine(Object command) {
        ConfigurableCommand made = new ConfigurableCommand(command, new Furnished());
        HelpCommand.addTo(made);
        OtherNames.addTo(made);
        WordConverter.addTo(made);
        made.registerConverter(Path.class, new PathConverter());
        sayVersion(made);
        made.configurable(OptionGroups::inOrder)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setHelpSectionMap(CommandGroups.sections());
        WholeWords.addTo(made);
        return made.setExecutionExceptionHandler((failure, running, parsed) -> {
                    say(running, sentence(failure));
                    return refusal(failure).map(RefusalException::exitCode).orElse(1);
                })
                .setParameterExceptionHandler((mistake, arguments) -> {
                    CommandLine wrong = mistake.getCommandLine();
                    say(wrong, UsageMistake.sentence(mistake));
                    wrong.getErr().println("Try '" + wrong.getCommandSpec().qualifiedName() + " --help'.");
                    return 2;
                });
    }

    private static void say(CommandLine command, String sentence) {
        String whole = "streamclr: " + oneByOne(ConfigurableCommand.attributed(command, sentence));
        command.getErr().println(command.getColorScheme().errorText(whole));
    }

    /** Each command says the same version. */
    private static void sayVersion(CommandLine command) {
        command.getCommandSpec().versionProvider(new Build.Lines());
        command.getSubcommands().values().forEach(Program::sayVersion);
    }

    /**
     * Makes commands; the trainer's is given what reads files of images and what shows a run, neither of which it knows.
     */
    private static final class Furnished implements CommandLine.IFactory {

        private final CommandLine.IFactory usual = CommandLine.defaultFactory();

        @Override
        public <K> K create(Class<K> type) throws Exception {
            return type == TrainCommand.class
                    ? type.cast(new TrainCommand(new ProbeImages(), new PageAudience()))
                    : usual.create(type);
        }
    }

    /** Text of several lines, each as a terminal only shows it. */
    private static String oneByOne(String text) {
        return text.lines().map(OneLine::of).collect(Collectors.joining("\n"));
    }

    private static Optional<RefusalException> refusal(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RefusalException refusal) {
                return Optional.of(refusal);
            }
        }
        return Optional.empty();
    }

    private static String sentence(Exception failure) {
        Optional<RefusalException> refusal = refusal(failure);
        if (refusal.isPresent()) {
            return refusal.get().getMessage();
        }
        LoggerFactory.getLogger(Program.class).error("command failed by a defect", failure);
        String happened = ofFile(failure)
                .map(fault -> "a file cannot be used (" + fault + "); see to that and start again; more is in ")
                .orElse("this should not have happened: " + failure
                        + "; please report it, with the stack trace that is in ");
        if (System.getProperty("logback.configurationFile") != null) {
            return happened + "the log, which is written to where that configuration says";
        }
        return happened
                + Path.of(
                        System.getProperty("streamclr.logs"),
                        System.getProperty("streamclr.log", "streamclr") + ".log");
    }

    /** Why a file could not be used, where that is what ended a command: a full disk may do so at any place. */
    private static Optional<String> ofFile(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FileSystemException) {
                return Optional.of(FileFault.of(cause));
            }
        }
        return Optional.empty();
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
        return ConfigurableCommand.early(List.of(args), "--home")
                .filter(home -> !home.isEmpty())
                .map(Path::of)
                .orElse(Home.DEFAULT);
    }
}
