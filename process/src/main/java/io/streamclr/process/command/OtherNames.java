package io.streamclr.process.command;

import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Names of options that no help shows and that work all the same: American spelling, and names that were usual here once or
 * are usual elsewhere, at which the name of today is said.
 */
public final class OtherNames {

    private static final Map<String, String> SPELLINGS =
            Map.of("--optimizer", "--optimiser", "--normalize", "--normalise");

    private static final Map<String, String> NAMES = Map.of(
            "--batch", "--batch-size",
            "--devices", "--device",
            "--folder", "--out",
            "--output", "--out",
            "--images", "--data",
            "--page", "--page-port");

    /** As {@link #NAMES}, and before them, where a command has an option of that name. */
    private static final Map<String, String> RATHER = Map.of("--output", "--features");

    private OtherNames() {}

    /**
     * Adds to a command, and to those below it, the other names of the options that it has. A name that it has itself stays
     * what it is.
     */
    public static void addTo(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        SPELLINGS.forEach((other, usual) -> add(spec, other, usual, false));
        RATHER.forEach((other, usual) -> add(spec, other, usual, true));
        NAMES.forEach((other, usual) -> add(spec, other, usual, true));
        command.getSubcommands().values().forEach(OtherNames::addTo);
    }

    /** The name of today of an option that has an other name; empty if the name is the usual one. */
    public static Optional<String> usual(CommandSpec spec, String name) {
        OptionSpec option = spec.findOption(name);
        return option != null && option.userObject() instanceof StandsFor other
                ? Optional.of(other.usual())
                : Optional.empty();
    }

    private static void add(CommandSpec spec, String other, String usual, boolean noticed) {
        OptionSpec option = spec.findOption(usual);
        if (option == null || option.hidden() || spec.findOption(other) != null) {
            return;
        }
        spec.addOption(OptionSpec.builder(other)
                .type(String.class)
                .paramLabel(option.paramLabel())
                .hidden(true)
                .userObject(new StandsFor(usual))
                .preprocessor((words, asked, hidden, info) -> {
                    if (noticed) {
                        asked.commandLine().getErr().println(other + " is called " + usual + " here; it works as that");
                    }
                    return standFor(usual, words);
                })
                .build());
    }

    /** What a hidden option means. */
    private record StandsFor(String usual) {}

    /** The value stays where it is, and picocli reads it as that of the usual name. */
    private static boolean standFor(String usual, Stack<String> words) {
        if (words.isEmpty()) {
            return false; // picocli says what is missing
        }
        words.push(usual);
        return true;
    }
}
