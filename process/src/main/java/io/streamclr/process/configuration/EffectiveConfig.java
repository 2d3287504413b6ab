package io.streamclr.process.configuration;

import io.streamclr.process.version.Build;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options of a command as a configuration file: what was given as values, and the rest as comments with the values
 * that hold. Only so does the file mean the same again: some options may not be given beside others.
 */
final class EffectiveConfig {

    /** An address that says who asks, or has a query, as signed ones do. */
    private static final Pattern SECRET = Pattern.compile("://(?:[^/?#\\s]*@|[^\\s]*\\?)");

    private EffectiveConfig() {}

    static String of(ParseResult parsed) {
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
        for (int depth = 0; depth < path.size(); depth++) {
            text.append("  ".repeat(depth)).append(path.get(depth)).append(":\n");
        }
        String margin = "  ".repeat(path.size());
        for (OptionSpec option : spec.options()) {
            if (isShown(option)) {
                line(parsed, option)
                        .lines()
                        .forEach(line -> text.append(margin).append(line).append('\n'));
            }
        }
        return text.toString();
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
            return commented(name, value(option));
        }
        if (option.arity().max() == 0) {
            return YamlText.write(Map.of(name, String.valueOf(option.<Object>getValue())));
        }
        List<String> values = parsed.matchedOption(option.longestName()).originalStringValues();
        if (values.stream().anyMatch(value -> SECRET.matcher(value).find())) {
            return "# " + name + ": (not printed, for its address may hold a secret)";
        }
        return YamlText.write(Map.of(name, values.size() == 1 ? values.get(0) : values));
    }

    private static String commented(String name, String value) {
        String line = value.isEmpty() ? name + ":" : YamlText.write(Map.of(name, value));
        return line.lines()
                .map(part -> "# " + part)
                .reduce((a, b) -> a + "\n" + b)
                .orElseThrow();
    }

    private static String value(OptionSpec option) {
        String asGiven = option.defaultValue();
        if (asGiven != null
                && !asGiven.contains("${")
                && !SECRET.matcher(asGiven).find()) {
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
        return SECRET.matcher(text).find() ? "" : text;
    }
}
