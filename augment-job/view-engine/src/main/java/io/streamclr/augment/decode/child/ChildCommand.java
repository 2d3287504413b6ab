package io.streamclr.augment.decode.child;

import com.sun.jna.Native;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a child is started: a small JVM of the same installation, with the classes that it needs and no more. */
final class ChildCommand {

    /** Options that are meant for another process; a port or a file that one has is not there for two. */
    private static final Set<String> OPTIONS_OF_THE_PARENT =
            Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /** What says where a process may write, and where libraries are found. */
    private static final Pattern PASSED_ON = Pattern.compile("user\\.home|java\\.io\\.tmpdir|jna\\..*");

    /** Since then Java wants an option that allows native code. */
    private static final int ASKED_SINCE = 24;

    private final Class<?> program;
    private final long mostMemory;

    ChildCommand(Class<?> program, long mostMemory) {
        this.program = program;
        this.mostMemory = mostMemory;
    }

    long mostMemory() {
        return mostMemory;
    }

    Process start() throws IOException {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new IOException("its memory can be limited on Linux of 64 bits only");
        }
        ProcessBuilder builder = new ProcessBuilder(words())
                .directory(Path.of(System.getProperty("java.io.tmpdir")).toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeAll(OPTIONS_OF_THE_PARENT);
        // Else each thread takes addresses for megabytes that it will never use, and those count.
        environment.put("MALLOC_ARENA_MAX", "1");
        return builder.start();
    }

    private List<String> words() throws IOException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms8m",
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                // A crash is reported where the parent listens, and leaves no files.
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+ErrorFileToStderr",
                "-Djava.awt.headless=true"));
        if (Runtime.version().feature() >= ASKED_SINCE) {
            words.add("--enable-native-access=ALL-UNNAMED");
        }
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> PASSED_ON.matcher(name).matches())
                .sorted()
                .forEach(name -> words.add("-D" + name + "=" + System.getProperty(name)));
        words.addAll(List.of("-cp", classPath(), program.getName(), Long.toString(mostMemory)));
        return words;
    }

    /** From where the classes came, whoever loaded them: a worker of Flink has its job's beside its own class path. */
    private String classPath() throws IOException {
        try {
            return Stream.of(program, ChildCommand.class, Native.class)
                    .map(ChildCommand::place)
                    .distinct()
                    .collect(Collectors.joining(File.pathSeparator));
        } catch (IllegalArgumentException | FileSystemNotFoundException noFile) {
            throw new IOException("its classes do not come from files: " + noFile.getMessage(), noFile);
        }
    }

    private static String place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            throw new IllegalArgumentException(type.getName());
        }
        try {
            return Path.of(source.getLocation().toURI()).toString();
        } catch (URISyntaxException odd) {
            throw new IllegalArgumentException(odd.getMessage(), odd);
        }
    }
}
