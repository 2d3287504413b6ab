package io.streamclr.console.guard;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options that Java was started with.
 *
 * @param all those of the command line and of the environment, as Java reports them
 * @param inherited the part of them that stands in the environment, which every child process has anyway
 */
record JavaOptions(List<String> all, List<String> inherited) {

    private static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /** They open a port or write a file, or load what does. */
    private static final List<String> FOR_ONE_PROCESS = List.of(
            "-agent",
            "-javaagent",
            "-Xrun",
            "-Dcom.sun.management.",
            "-XX:StartFlightRecording",
            "-XX:FlightRecorder",
            "-Xlog");

    /** Java takes what is in quotes for one word, and the quotes away. */
    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");

    static JavaOptions ofThisProcess() {
        return of(ManagementFactory.getRuntimeMXBean().getInputArguments(), System.getenv());
    }

    static JavaOptions of(List<String> all, Map<String, String> environment) {
        List<String> inherited = new ArrayList<>();
        for (String variable : VARIABLES) {
            Matcher words = WORD.matcher(environment.getOrDefault(variable, ""));
            while (words.find()) {
                inherited.add(words.group().replaceAll("[\"']", ""));
            }
        }
        return new JavaOptions(List.copyOf(all), List.copyOf(inherited));
    }

    boolean canBeRepeated() {
        return all.stream().noneMatch(option -> FOR_ONE_PROCESS.stream().anyMatch(option::startsWith));
    }

    /** What a child process must be given to have the same. */
    List<String> repeated() {
        List<String> repeated = new ArrayList<>(all);
        inherited.forEach(repeated::remove);
        return repeated;
    }
}
