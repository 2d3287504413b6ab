package io.streamclr.process.configuration;

import io.streamclr.process.command.Premises;
import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
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

    /** Of a command, with its subcommands. */
    public ConfigurableCommand(Object command, IFactory factory) {
        super(command, factory);
    }

    /** The same without a factory of one's own. */
    public ConfigurableCommand(Object command) {
        super(command);
    }

    /** Adds the two options to every command that does something; to be called when all subcommands are there. */
    public ConfigurableCommand configurable() {
        addTo(this);
        // Options in an @file would come after the configuration is read, and a --config there would be passed over.
        setExpandAtFiles(false);
        setExecutionStrategy(ConfigurableCommand::printOrRun);
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
        String[] all;
        try {
            all = ConfigArguments.of(this, arguments);
        } catch (ParameterException mistake) {
            return handled(mistake, arguments);
        }
        return super.execute(all);
    }

    private int handled(ParameterException mistake, String... arguments) {
        try {
            return getParameterExceptionHandler().handleParseException(mistake, arguments);
        } catch (Exception failed) {
            throw new IllegalStateException("A mistake in the configuration cannot be said", failed);
        }
    }

    private static int printOrRun(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        boolean helped = last.isUsageHelpRequested() || last.isVersionHelpRequested();
        if (!helped && last.hasMatchedOption(PRINT)) {
            CommandLine command = last.commandSpec().commandLine();
            command.getOut().print(EffectiveConfig.of(last));
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
