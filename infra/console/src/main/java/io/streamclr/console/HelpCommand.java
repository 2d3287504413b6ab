package io.streamclr.console;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code streamclr help topics create}, or {@code streamclr topics help create}: as {@code --help} after the command. */
@Command(
        name = HelpCommand.NAME,
        helpCommand = true,
        mixinStandardHelpOptions = true,
        description = "Print the help of a command.")
final class HelpCommand implements Runnable {

    static final String NAME = "help";

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            description = "The command, such as topics create (default: the one before help).")
    private List<String> words = List.of();

    @Spec
    private CommandSpec spec;

    /** Adds it to a command and to those below it that have commands below them; those do not list it. */
    static void addTo(CommandLine command) {
        command.getSubcommands().values().forEach(HelpCommand::addTo);
        if (!command.getSubcommands().isEmpty()) {
            CommandLine help = new CommandLine(new HelpCommand());
            help.getCommandSpec().usageMessage().hidden(command.getCommandSpec().parent() != null);
            command.addSubcommand(help);
        }
    }

    @Override
    public void run() {
        CommandLine at = spec.parent().commandLine();
        for (String word : words) {
            Map<String, CommandLine> below = at.getSubcommands();
            if (!below.containsKey(word)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "'" + at.getCommandSpec().qualifiedName() + "' has no command '" + word + "'"
                                + (below.isEmpty() ? "" : "; it has " + listed(below)));
            }
            at = below.get(word);
        }
        at.usage(spec.commandLine().getOut());
    }

    private static String listed(Map<String, CommandLine> commands) {
        return commands.keySet().stream().filter(name -> !name.equals(NAME)).collect(Collectors.joining(", "));
    }
}
