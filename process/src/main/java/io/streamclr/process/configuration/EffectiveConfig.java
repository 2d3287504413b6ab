package io.streamclr.process.configuration;

import io.streamclr.process.command.Standing;
import io.streamclr.process.version.Build;
import io.streamclr.schemas.OneLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options of a command as a configuration file: what was given as values, and the rest as comments with the values
 * that hold. Only so does the file mean the same again: some options may not be given beside others.
 */
final class EffectiveConfig {

    /** An address that says who asks, or has a query, as signed ones do. */
    private static final Pattern SECRET = Pattern.compile("://(?:[^/?#\\s]*@|[^\\s]*\\?)");

    /** What a description says that holds where the option is not given. */
    private static final Pattern DEFAULT = Pattern.compile("\\(default: ((?:[^()$]|\\$(?!\\{)|\\([^()]*\\))+)\\)");

    /** A default that the option would read, such as {@code 500,10m}; others are words. */
    private static final Pattern VALUE = Pattern.compile("(?!(?:off|all|none)$)[\\w.,%/-]+");

    private EffectiveConfig() {}

    /** @param options of the command, in the order in which they are printed */
    static String of(ParseResult parsed, List<OptionSpec> options) {
        CommandSpec spec = parsed.commandSpec();
        List<String> path = new ArrayList<>();
        for (CommandSpec at = spec; at.parent() != null; at = at.parent()) {
            path.add(0, at.name());
        }
        StringBuilder text = new StringBuilder("# ")
                .append(spec.qualifiedName())
                .append(", ")
                .append(Build.here().words())
                .append("; what is at its default is a comment\n");
        commandLine(parsed).ifPresent(words -> text.append("# on the command line: ")
                .append(OneLine.of(words))
                .append('\n'));
        for (int depth = 0; depth < path.size(); depth++) {
            text.append("  ".repeat(depth)).append(path.get(depth)).append(":\n");
        }
        String margin = "  ".repeat(path.size());
        for (OptionSpec option : options) {
            if (isShown(option)) {
                line(parsed, option)
                        .lines()
                        .forEach(line -> text.append(margin).append(line).append('\n'));
            }
        }
        return text.toString();
    }

    /** What such a file cannot hold, because it has no name: the words that are no options; empty if there are none. */
    private static Optional<String> commandLine(ParseResult parsed) {
        List<String> words = new ArrayList<>();
        for (PositionalParamSpec place : parsed.commandSpec().positionalParameters()) {
            List<String> given = parsed.matchedPositionals().contains(place) ? place.originalStringValues() : List.of();
            given.forEach(word -> words.add(isSecret(word) ? "(not printed, for it may hold a secret)" : quoted(word)));
            if (given.isEmpty() && place.required()) {
                words.add(place.paramLabel() + " (required)");
            }
        }
        return words.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", words));
    }

    private static String quoted(String word) {
        return word.chars().anyMatch(Character::isWhitespace) ? "'" + word + "'" : word;
    }

    private static boolean isSecret(String text) {
        return SECRET.matcher(text).find();
    }

    private static boolean isShown(OptionSpec option) {
        return !option.hidden()
                && !option.usageHelp()
                && !option.versionHelp()
                && !option.longestName().equals(ConfigFile.OPTION)
                && !option.longestName().equals(ConfigurableCommand.PRINT);
    }

    private static String line(ParseResult parsed, OptionSpec option) {
        String name = option.longestName().substring(2);
        if (!parsed.hasMatchedOption(option)) {
            String value = value(option);
            return value.isEmpty() ? otherwise(parsed.commandSpec(), option, name) : commented(name, value);
        }
        if (option.arity().max() == 0) {
            return YamlText.write(Map.of(name, String.valueOf(option.<Object>getValue())));
        }
        List<String> values = parsed.matchedOption(option.longestName()).originalStringValues();
        if (values.stream().anyMatch(EffectiveConfig::isSecret)) {
            return "# " + name + ": (not printed, for its address may hold a secret)";
        }
        return YamlText.write(Map.of(name, values.size() == 1 ? values.get(0) : values));
    }

    /** Of an option without a default of its own: what holds, as far as that can be known before the command is at work. */
    private static String otherwise(CommandSpec spec, OptionSpec option, String name) {
        Optional<String> stands = mixins(spec)
                .map(CommandSpec::userObject)
                .filter(Standing.class::isInstance)
                .flatMap(mixin -> ((Standing) mixin).standing(option.longestName()).stream())
                .filter(value -> !isSecret(value))
                .findFirst();
        Optional<String> words = DEFAULT.matcher(String.join(" ", option.description()))
                .results()
                .map(found -> found.group(1).replace("%%", "%"))
                .findFirst();
        if (stands.isPresent()) {
            return commented(name, stands.get());
        }
        if (words.filter(word -> VALUE.matcher(word).matches()).isPresent()) {
            return commented(name, words.get());
        }
        if (option.group() != null && outermost(option.group()).multiplicity().min() > 0) {
            return "# " + name + ":  # required, or one of the others that --help puts in its place";
        }
        return "# " + name + ":"
                + words.or(() -> option.required() ? Optional.of("required") : Optional.empty())
                        .map(said -> "  # " + said)
                        .orElse("");
    }

    /** With those within them. */
    private static Stream<CommandSpec> mixins(CommandSpec spec) {
        return spec.mixins().values().stream().flatMap(mixin -> Stream.concat(Stream.of(mixin), mixins(mixin)));
    }

    private static ArgGroupSpec outermost(ArgGroupSpec group) {
        return group.parentGroup() == null ? group : outermost(group.parentGroup());
    }

    private static String commented(String name, String value) {
        return YamlText.write(Map.of(name, value))
                .lines()
                .map(part -> "# " + part)
                .reduce((a, b) -> a + "\n" + b)
                .orElseThrow();
    }

    private static String value(OptionSpec option) {
        String asGiven = option.defaultValue();
        if (asGiven != null && !asGiven.contains("${") && !isSecret(asGiven)) {
            return asGiven; // what the option reads, as 4h, and not what it becomes
        }
        Object value = option.getValue();
        if (value instanceof Map<?, ?> map && map.isEmpty()) {
            return "";
        }
        if (value instanceof Optional<?> optional) {
            value = optional.orElse(null);
        }
        if (value instanceof Collection<?> many) {
            return many.stream()
                    .map(String::valueOf)
                    .reduce((a, b) -> a + "," + b)
                    .orElse("");
        }
        if (value == null && option.group() != null) {
            return "";
        }
        String text = value == null ? "" : String.valueOf(value);
        return isSecret(text) ? "" : text;
    }
}
