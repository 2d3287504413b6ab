package io.streamclr.console;

import io.streamclr.process.configuration.NearestName;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What picocli finds wrong in a command line, as a sentence like all others of ours. */
final class UsageMistake {

    private static final String PREFIX = "Error: ";

    private static final Pattern INVALID = Pattern.compile(
            "Invalid value for (?:option '(-[\\w-]+)'(?: \\([^)]*\\))?|positional parameter at index \\d+(?:\\.\\.[\\d*]+)?"
                    + " \\(([^)]*)\\)): (.*)",
            Pattern.DOTALL);
    private static final Pattern ONE_OF = Pattern.compile("'(.*)' is none of (.*)", Pattern.DOTALL);
    private static final Pattern NUMBER =
            Pattern.compile("('.*') is not an? (int|long|short|double|float)", Pattern.DOTALL);
    private static final Pattern CONVERTED = Pattern.compile("cannot convert ('.*') to .*", Pattern.DOTALL);
    private static final Pattern WITH_VALUE = Pattern.compile("'?(-[\\w-]+)=([^'\\s\\])]+)'?");

    private UsageMistake() {}

    static String sentence(ParameterException mistake) {
        if (mistake instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unmatched(unmatched);
        }
        String message = String.valueOf(mistake.getMessage());
        Matcher value = INVALID.matcher(message);
        if (value.matches()) {
            String name = value.group(1) == null ? value.group(2) : value.group(1);
            return value(name, value.group(3));
        }
        boolean ofGroup =
                mistake instanceof MissingParameterException || mistake instanceof MutuallyExclusiveArgsException;
        return ofGroup ? group(message) : message;
    }

    /** What is wrong with a value, without the words of Java. */
    private static String value(String name, String why) {
        Matcher several = ONE_OF.matcher(why);
        if (several.matches()) {
            return name + " is '" + several.group(1) + "', but it must be one of " + several.group(2);
        }
        Matcher number = NUMBER.matcher(why);
        if (number.matches()) {
            boolean whole =
                    !number.group(2).equals("double") && !number.group(2).equals("float");
            return name + " is " + number.group(1) + ", but it must be a " + (whole ? "whole number" : "number");
        }
        Matcher other = CONVERTED.matcher(why);
        return other.matches()
                ? name + " is " + other.group(1) + ", which cannot be understood"
                : "Invalid value for " + name + ": " + why;
    }

    /** What is missing of a group or excludes another, without the brackets of a synopsis. */
    private static String group(String message) {
        String sentence = message.startsWith(PREFIX) ? message.substring(PREFIX.length()) : message;
        String words = WITH_VALUE.matcher(sentence).replaceAll("$1 $2");
        return words.replace("Missing required argument (specify one of these): ", "One of these is required: ")
                .replace("Missing required argument(s):", "Missing required option:")
                .replaceAll("[\\[\\]()]", "")
                .replace(" | ", " or ")
                .replaceAll(" specify only one$", "; give one of them");
    }

    /** The words that follow an unknown option may be its value, so only the first is spoken of. */
    private static String unmatched(UnmatchedArgumentException mistake) {
        CommandSpec spec = mistake.getCommandLine().getCommandSpec();
        String word = mistake.getUnmatched().get(0);
        if (word.startsWith("-")) {
            String name = word.split("=", 2)[0];
            List<String> known = spec.options().stream()
                    .filter(option -> !option.hidden())
                    .flatMap(option -> Stream.of(option.names()))
                    .toList();
            return "Unknown option " + name + nearest(name, known);
        }
        if (!spec.subcommands().isEmpty() && spec.positionalParameters().isEmpty()) {
            return spec.qualifiedName() + " has no command '" + word + "'"
                    + nearest(
                            word,
                            spec.subcommands().values().stream()
                                    .map(CommandLine::getCommandName)
                                    .toList());
        }
        return spec.qualifiedName() + " takes no '" + word + "'"
                + (spec.positionalParameters().isEmpty() ? ", but options that begin with --" : " after the others");
    }

    private static String nearest(String word, List<String> known) {
        Optional<String> name = NearestName.of(word, known);
        return name.map(it -> "; did you mean " + it + "?").orElse("");
    }
}
