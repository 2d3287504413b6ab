package io.streamclr.process.configuration;

import io.streamclr.process.command.OtherNames;
import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Puts what a configuration file says after the words of the command, where nothing on the command line outranks it. */
final class ConfigArguments {

    private final ConfigFile file;
    private final CommandLine root;

    private ConfigArguments(ConfigFile file, CommandLine root) {
        this.file = file;
        this.root = root;
    }

    /** Whether it does something by itself, so that options of it mean something. */
    static boolean takesOptions(CommandSpec spec) {
        boolean onlyNames = !spec.subcommands().isEmpty()
                && spec.args().stream()
                        .allMatch(arg ->
                                arg instanceof OptionSpec option && (option.usageHelp() || option.versionHelp()));
        return !onlyNames && !spec.helpCommand();
    }

    /**
     * Words of a command line.
     *
     * @param all with those of a configuration file
     * @param file which that is; empty if none is given
     * @param fromFile the options that have their value from there, with dashes
     */
    record Words(List<String> all, Optional<Path> file, List<String> fromFile) {

        /** A sentence, with where the values stand that it speaks of, if that is the file. */
        String attributed(String sentence) {
            List<String> spokenOf = fromFile.stream()
                    .filter(name -> Pattern.compile(Pattern.quote(name) + "(?![\\w-])")
                            .matcher(sentence)
                            .find())
                    .map(name -> name.substring(2))
                    .toList();
            if (spokenOf.isEmpty() || file.isEmpty()) {
                return sentence;
            }
            return sentence + " (" + String.join(" and ", spokenOf) + (spokenOf.size() == 1 ? " stands" : " stand")
                    + " in " + file.get() + ")";
        }
    }

    /** @throws ParameterException if the file cannot be used for that command */
    static Words of(CommandLine root, String... arguments) {
        List<String> words = List.of(arguments);
        List<String> path = new ArrayList<>();
        CommandLine command = root;
        while (path.size() < words.size() && command.getSubcommands().containsKey(words.get(path.size()))) {
            command = command.getSubcommands().get(words.get(path.size()));
            path.add(command.getCommandName());
        }
        Optional<String> configFile = given(words.subList(path.size(), words.size()), ConfigFile.OPTION);
        if (configFile.isEmpty() || configFile.get().isEmpty() || !takesOptions(command.getCommandSpec())) {
            return new Words(words, Optional.empty(), List.of());
        }
        try {
            ConfigArguments config = new ConfigArguments(ConfigFile.read(Path.of(configFile.get())), root);
            Map<OptionSpec, List<String>> values =
                    config.values(command, path, words.subList(path.size(), words.size()));
            List<String> all = new ArrayList<>(words);
            List<String> more = new ArrayList<>();
            for (Map.Entry<OptionSpec, List<String>> each : values.entrySet()) {
                more.addAll(config.words(command, each.getKey(), each.getValue()));
            }
            all.addAll(path.size(), more);
            return new Words(
                    all,
                    Optional.of(config.file.path()),
                    values.keySet().stream().map(OptionSpec::longestName).toList());
        } catch (RefusalException unusable) {
            throw new ParameterException(command, unusable.getMessage(), unusable);
        }
    }

    /** What the words give an option, before those that are no options; empty if they do not. */
    static Optional<String> given(List<String> words, String option) {
        for (int i = 0; i < words.size() && !words.get(i).equals("--"); i++) {
            if (words.get(i).startsWith(option + "=")) {
                return Optional.of(words.get(i).substring(option.length() + 1));
            }
            if (words.get(i).equals(option)) {
                return Optional.of(i + 1 < words.size() ? words.get(i + 1) : "");
            }
        }
        return Optional.empty();
    }

    /** The words with another value of an option that is given, where {@link #given} finds it. */
    static String[] with(List<String> words, String option, String value) {
        List<String> all = new ArrayList<>(words);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).startsWith(option + "=")) {
                all.set(i, option + "=" + value);
                break;
            }
            if (all.get(i).equals(option)) {
                all.set(i + 1, value);
                break;
            }
        }
        return all.toArray(String[]::new);
    }

    /** What the file gives a command beside the words of its line. */
    private Map<OptionSpec, List<String>> values(CommandLine command, List<String> path, List<String> line) {
        require(file.root(), root, path.isEmpty() ? Set.of(root.getCommandName()) : Set.of());
        Map<OptionSpec, List<String>> chosen = new LinkedHashMap<>();
        choose(file.root(), command, chosen);
        ConfigFile.Group group = file.root();
        for (String word : path.isEmpty() ? List.of(root.getCommandName()) : path) {
            group = group.groups().get(word);
            if (group == null) {
                break;
            }
            choose(group, command, chosen);
        }
        Set<OptionSpec> written = command.getCommandSpec().options().stream()
                .filter(option -> Arrays.stream(option.names())
                        .anyMatch(name -> given(line, name).isPresent()))
                .map(option -> usual(command.getCommandSpec(), option))
                .collect(Collectors.toSet());
        chosen.keySet()
                .removeIf(option ->
                        written.contains(option) || written.stream().anyMatch(other -> excludes(other, option)));
        return chosen;
    }

    private static void choose(ConfigFile.Group group, CommandLine command, Map<OptionSpec, List<String>> chosen) {
        group.values().forEach((key, values) -> {
            OptionSpec option = command.getCommandSpec().findOption("--" + key);
            // An empty value is how --print-config prints that there is none: the default holds.
            if (option != null && !values.equals(List.of(""))) {
                chosen.put(usual(command.getCommandSpec(), option), values);
            }
        });
    }

    private static OptionSpec usual(CommandSpec spec, OptionSpec option) {
        return OtherNames.usual(spec, option.longestName())
                .map(spec::findOption)
                .orElse(option);
    }

    /** Whether one cannot be given where the other is. */
    private static boolean excludes(OptionSpec written, OptionSpec option) {
        ArgGroupSpec group = outermost(option.group());
        return group != null && group.exclusive() && group.equals(outermost(written.group()));
    }

    private static ArgGroupSpec outermost(ArgGroupSpec group) {
        return group == null || group.parentGroup() == null ? group : outermost(group.parentGroup());
    }

    private List<String> words(CommandLine command, OptionSpec option, List<String> values) {
        String name = option.longestName();
        if (option.usageHelp()
                || option.versionHelp()
                || Set.of(ConfigFile.OPTION, ConfigurableCommand.PRINT).contains(name)) {
            throw new RefusalException(name.substring(2) + " in " + file.path() + " belongs on the command line");
        }
        if (!option.isMultiValue() && values.size() != 1) {
            throw new RefusalException(name.substring(2) + " in " + file.path() + " takes one value, not a list");
        }
        if (option.arity().max() > 0) {
            return values.stream().map(value -> name + "=" + value).toList();
        }
        return switch (values.get(0)) {
            case "true" -> List.of(name);
            case "false" -> List.of();
            default ->
                throw new ParameterException(
                        command,
                        name.substring(2) + " in " + file.path() + " is '" + values.get(0)
                                + "', but it is true or false");
        };
    }

    /** Every name in the file must be one somewhere: a mistake must not pass as something for another command. */
    private void require(ConfigFile.Group group, CommandLine within, Set<String> itself) {
        for (String key : group.values().keySet()) {
            // A command without values, or with all of them in comments.
            boolean emptyGroup = group.values().get(key).equals(List.of(""))
                    && (itself.contains(key) || within.getSubcommands().containsKey(key));
            if (!emptyGroup && !knows(within, "--" + key)) {
                throw unknown(within, "--" + key, key, "no option of ");
            }
        }
        group.groups().forEach((name, inner) -> {
            CommandLine command =
                    itself.contains(name) ? within : within.getSubcommands().get(name);
            if (command == null) {
                throw unknown(within, name, name, "no command of ");
            }
            require(inner, command, Set.of());
        });
    }

    private static boolean knows(CommandLine command, String name) {
        return command.getCommandSpec().findOption(name) != null
                || command.getSubcommands().values().stream().anyMatch(below -> knows(below, name));
    }

    private ParameterException unknown(CommandLine within, String word, String key, String what) {
        List<String> names = new ArrayList<>();
        if (word.equals(key)) {
            names.addAll(within.getSubcommands().keySet());
        } else {
            collect(within, names);
        }
        String nearest = NearestName.of(key, names)
                .map(name -> "; did you mean '" + name + "'?")
                .orElse("");
        return new ParameterException(
                within,
                "'" + key + "' in " + file.path() + " is " + what
                        + within.getCommandSpec().qualifiedName() + nearest);
    }

    private static void collect(CommandLine command, List<String> names) {
        command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .map(option -> option.longestName().substring(2))
                .forEach(names::add);
        command.getSubcommands().values().forEach(below -> collect(below, names));
    }
}
