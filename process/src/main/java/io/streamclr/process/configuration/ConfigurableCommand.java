package io.streamclr.process.configuration;

import io.streamclr.process.command.OtherNames;
import io.streamclr.process.command.Premises;
import io.streamclr.process.version.Build;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * A command line each of whose commands takes {@code --config FILE} and {@code --print-config}. The file's values are put
 * among the arguments, so whatever asks which options were given sees them too.
 */
public final class ConfigurableCommand extends CommandLine {

    static final String PRINT = "--print-config";

    private ConfigArguments.Words words = new ConfigArguments.Words(List.of(), Optional.empty(), List.of());

    /** Of a command, with its subcommands. */
    public ConfigurableCommand(Object command, IFactory factory) {
        super(command, factory);
    }

    /** The same without a factory of one's own. */
    public ConfigurableCommand(Object command) {
        super(command);
    }

    /**
     * The command line of a process that is started by itself: refusals in one sentence, the exit code that they say, and
     * {@code --version}.
     *
     * @param below commands of that command
     */
    public static CommandLine ofProcess(Object command, Object... below) {
        ConfigurableCommand made = new ConfigurableCommand(command);
        Stream.of(below).forEach(made::addSubcommand);
        CommandSpec spec = made.getCommandSpec().versionProvider(new Build.Lines());
        if (spec.options().stream().noneMatch(OptionSpec::versionHelp)) {
            spec.addOption(OptionSpec.builder("-V", "--version")
                    .versionHelp(true)
                    .description("Print version information and exit.")
                    .build());
        }
        OtherNames.addTo(made);
        return made.configurable()
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, running, parsed) -> {
                    if (failure instanceof RefusalException refusal) {
                        running.getErr().println(attributed(running, failure.getMessage()));
                        return refusal.exitCode();
                    }
                    throw failure;
                });
    }

    /** Adds the two options to every command that does something; to be called when all subcommands are there. */
    public ConfigurableCommand configurable() {
        return configurable(CommandSpec::options);
    }

    /** The same. @param order the options of a command, in the order in which they are printed */
    public ConfigurableCommand configurable(Function<CommandSpec, List<OptionSpec>> order) {
        addTo(this);
        // Options in an @file would come after the configuration is read, and a --config there would be passed over.
        setExpandAtFiles(false);
        setExecutionStrategy(parsed -> printOrRun(parsed, order));
        return this;
    }

    private static void addTo(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        if (ConfigArguments.takesOptions(spec)) {
            spec.addOption(OptionSpec.builder(ConfigFile.OPTION)
                    .type(Path.class)
                    .paramLabel("FILE.yaml")
                    .description("Read options from a YAML file, 'name: value' without the dashes; the command line"
                            + " outranks it.")
                    .build());
            spec.addOption(OptionSpec.builder(PRINT)
                    .type(boolean.class)
                    .description("Print the options in effect as such a file, and exit.")
                    .build());
        }
        command.getSubcommands().values().forEach(ConfigurableCommand::addTo);
    }

    @Override
    public int execute(String... arguments) {
        words = new ConfigArguments.Words(List.of(arguments), Optional.empty(), List.of());
        try {
            BeforeTheCommand.refuse(this, words.all());
            words = ConfigArguments.of(this, arguments);
        } catch (ParameterException mistake) {
            return handled(mistake, arguments);
        }
        // Options that are required need not be there to be printed.
        collectMistakes(this, words.all().contains(PRINT));
        return super.execute(words.all().toArray(String[]::new));
    }

    private static void collectMistakes(CommandLine command, boolean collects) {
        command.getCommandSpec().parser().collectErrors(collects);
        command.getSubcommands().values().forEach(below -> collectMistakes(below, collects));
    }

    /**
     * A sentence about a mistake, with where the values stand that it speaks of, if a configuration file gave them.
     *
     * @param command that it is about, of any command line
     */
    public static String attributed(CommandLine command, String sentence) {
        return command.getCommandSpec().root().commandLine() instanceof ConfigurableCommand configurable
                ? configurable.words.attributed(sentence)
                : sentence;
    }

    /**
     * Arguments with a configuration that is no file, but a pipe that a shell made, kept in one until this process ends:
     * a pipe can be read once, and not by a process that this one starts.
     */
    public static String[] kept(String... arguments) {
        Optional<Path> pipe = ConfigArguments.given(List.of(arguments), ConfigFile.OPTION)
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .filter(path -> Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path));
        if (pipe.isEmpty()) {
            return arguments;
        }
        try {
            Path file = Files.createTempFile("streamclr-config-", ".yaml");
            file.toFile().deleteOnExit();
            Files.writeString(file, ConfigFile.text(pipe.get()));
            return ConfigArguments.with(List.of(arguments), ConfigFile.OPTION, file.toString());
        } catch (IOException | RefusalException later) {
            return arguments; // said when the command reads it
        }
    }

    private int handled(ParameterException mistake, String... arguments) {
        try {
            return getParameterExceptionHandler().handleParseException(mistake, arguments);
        } catch (Exception failed) {
            throw new IllegalStateException("A mistake in the configuration cannot be said", failed);
        }
    }

    private static int printOrRun(ParseResult parsed, Function<CommandSpec, List<OptionSpec>> order) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        boolean helped = last.isUsageHelpRequested() || last.isVersionHelpRequested();
        for (ParseResult at = parsed; !helped && at != null; at = at.subcommand()) {
            refuseMistakes(at);
        }
        if (!helped && last.hasMatchedOption(PRINT)) {
            CommandLine command = last.commandSpec().commandLine();
            command.getOut().print(EffectiveConfig.of(last, order.apply(last.commandSpec())));
            command.getOut().flush();
            return 0;
        }
        if (!helped) {
            try {
                Premises.require(last);
            } catch (RefusalException impossible) {
                throw new ExecutionException(last.commandSpec().commandLine(), impossible.getMessage(), impossible);
            }
        }
        return new RunLast().execute(parsed);
    }

    /** Of those that were collected, the first that is more than something missing. */
    private static void refuseMistakes(ParseResult parsed) {
        for (Exception mistake : parsed.errors()) {
            if (mistake instanceof ParameterException wrong && !(mistake instanceof MissingParameterException)) {
                throw wrong;
            }
        }
    }

    /**
     * The value of an option as arguments and their configuration file give it, for those who need it before commands are
     * made; a file that cannot be read gives none, and is refused later.
     */
    public static Optional<String> early(List<String> arguments, String option) {
        Optional<String> given = ConfigArguments.given(arguments, option);
        if (given.isPresent()) {
            return given;
        }
        try {
            return ConfigArguments.given(arguments, ConfigFile.OPTION)
                    .flatMap(file -> ConfigFile.read(Path.of(file)).value(arguments, option.substring(2)));
        } catch (RefusalException later) {
            return Optional.empty();
        }
    }
}
