package io.streamclr.console.guard;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a signal ended a process of ours.
 *
 * @param signal its name, such as {@code SIGKILL}
 * @param exitCode as whoever waited for the process saw it
 * @param place the native library that did it, such as {@code libtorch_cpu.so}; empty where nobody wrote it down
 * @param report what Java wrote of it; empty where it wrote nothing
 */
public record Ending(String signal, int exitCode, Optional<String> place, Optional<Path> report) {

    /** Added to the number of the signal, by shells and by Java. */
    private static final int BY_SIGNAL = 128;

    private static final String KILLED = "SIGKILL";
    private static final int ABORTED = 6;

    /** Those that end a process which has not asked for it, by their numbers on Linux; macOS has another for SIGBUS. */
    private static final Map<Integer, String> FATAL = Map.of(
            4, "SIGILL", 5, "SIGTRAP", ABORTED, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, KILLED, 10, "SIGBUS", 11,
            "SIGSEGV", 31, "SIGSYS");

    private static final int HEAD_BYTES = 8 << 10;
    private static final Pattern SIGNAL = Pattern.compile("^#\\s+(SIG[A-Z]+) \\(0x", Pattern.MULTILINE);
    private static final Pattern PLACE = Pattern.compile("^# C\\s+\\[([^+\\]\\s]+)", Pattern.MULTILINE);
    private static final Pattern NO_MEMORY = Pattern.compile("^# There is insufficient memory", Pattern.MULTILINE);

    /** Where a JVM of ours writes its report when it dies. */
    public static String reportOption(Path folder) {
        return "-XX:ErrorFile=" + folder.resolve("hs_err_pid%p.log");
    }

    /**
     * How a process ended; empty if it ended itself, or was asked to.
     *
     * @param reports folder that {@link #reportOption} named
     */
    public static Optional<Ending> of(int exitCode, long pid, Path reports) {
        String signal = FATAL.get(exitCode - BY_SIGNAL);
        if (signal == null) {
            return Optional.empty();
        }
        Path report = reports.resolve("hs_err_pid" + pid + ".log");
        // Nobody who is killed writes one: what lies there is of an earlier process of this number.
        String head = signal.equals(KILLED) ? "" : headOf(report);
        // A JVM catches what would end it, writes its report, and then aborts.
        Matcher first = SIGNAL.matcher(head);
        Matcher place = PLACE.matcher(head);
        return Optional.of(new Ending(
                first.find() ? first.group(1) : NO_MEMORY.matcher(head).find() ? KILLED : signal,
                exitCode,
                place.find() ? Optional.of(place.group(1)) : Optional.empty(),
                head.isEmpty() ? Optional.empty() : Optional.of(report)));
    }

    private static String headOf(Path report) {
        try (InputStream file = Files.newInputStream(report)) {
            return new String(file.readNBytes(HEAD_BYTES), StandardCharsets.UTF_8);
        } catch (IOException none) {
            return "";
        }
    }

    /** Whether somebody else ended it, and not what it computed. */
    public boolean fromOutside() {
        return signal.equals(KILLED);
    }

    /** How, and why, as the rest of a sentence that begins with what was ended. */
    public String words() {
        String how = "was ended by " + signal + " (exit code " + exitCode + ")";
        if (fromOutside()) {
            return how + ", which Linux sends when memory runs out ('dmesg' says so then) and a person with kill -9";
        }
        return how + ", which native code causes that goes wrong"
                + place.map(library -> ", here in " + library).orElse("");
    }
}
