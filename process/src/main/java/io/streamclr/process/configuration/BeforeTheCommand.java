package io.streamclr.process.configuration;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** An option that stands before the word of the command that it belongs to, as other programs have theirs. */
final class BeforeTheCommand {

    private BeforeTheCommand() {}

    /** @throws ParameterException that says where the first such option belongs, if there is one */
    static void refuse(CommandLine root, List<String> words) {
        CommandLine command = root;
        int at = 0;
        while (at < words.size() && command.getSubcommands().containsKey(words.get(at))) {
            command = command.getSubcommands().get(words.get(at));
            at++;
        }
        if (at == words.size()
                || command.getSubcommands().isEmpty()
                || !words.get(at).startsWith("--")) {
            return;
        }
        String name = words.get(at).split("=", 2)[0];
        if (command.getCommandSpec().findOption(name) != null) {
            return;
        }
        for (int next = at + 1; next < words.size(); next++) {
            Optional<CommandLine> its = below(command, words.subList(next, words.size()), name);
            if (its.isPresent()) {
                String usual = its.get().getCommandSpec().qualifiedName();
                throw new ParameterException(
                        command,
                        name + " goes after the command: "
                                + Stream.concat(Stream.of(usual), words.subList(at, next).stream())
                                        .collect(Collectors.joining(" ")));
            }
        }
        if (List.of(ConfigFile.OPTION, ConfigurableCommand.PRINT).contains(name)) {
            throw new ParameterException(
                    command,
                    name + " goes after a command: " + command.getCommandSpec().qualifiedName() + " COMMAND " + name);
        }
    }

    /** The command that words begin with, if it has such an option. */
    private static Optional<CommandLine> below(CommandLine command, List<String> words, String option) {
        CommandLine found = command;
        for (String word : words) {
            if (!found.getSubcommands().containsKey(word)) {
                break;
            }
            found = found.getSubcommands().get(word);
        }
        return found != command && found.getCommandSpec().findOption(option) != null
                ? Optional.of(found)
                : Optional.empty();
    }
}
