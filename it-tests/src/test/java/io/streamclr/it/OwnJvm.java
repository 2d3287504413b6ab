package io.streamclr.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of the system in a JVM of its own, which can be killed as a power cut would. Its output goes to a file. */
final class OwnJvm {

    private final Process process;
    private final Path log;

    private OwnJvm(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts a main class on the class path of the tests. */
    static OwnJvm start(Path log, List<String> options, String mainClass, List<String> arguments) throws IOException {
        return start(log, options, classPath(), mainClass, arguments);
    }

    /** The class path of the tests. */
    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** Starts a main class on a class path of its own. */
    static OwnJvm start(Path log, List<String> options, String classPath, String mainClass, List<String> arguments)
            throws IOException {
        return start(log, options, Map.of(), classPath, mainClass, arguments);
    }

    /** The same in an environment that has more. */
    static OwnJvm start(
            Path log,
            List<String> options,
            Map<String, String> environment,
            String classPath,
            String mainClass,
            List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // starts are what costs here
                "-Djava.awt.headless=true",
                "-Dai.djl.offline=true",
                "-Dstreamclr.logs=" + log.getParent(),
                "-Dstreamclr.log=" + log.getFileName().toString().replace(".out", "")));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        // The processes of a test that is killed itself must not stay.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new OwnJvm(process, log);
    }

    /** What the system knows of it. */
    ProcessHandle handle() {
        return process.toHandle();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitCode() {
        return process.exitValue();
    }

    /** Waits so long at most, and says whether it has ended. */
    boolean endsWithin(Duration most) throws InterruptedException {
        return process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits until something holds while it is at work. */
    void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            if (endsWithin(Duration.ofMillis(20))) {
                throw new AssertionError("It ended too early: " + lastWords());
            }
        }
    }

    /** Waits until it ends by itself, and kills it if it does not. */
    void awaitEnd(Duration most) throws InterruptedException {
        if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
        }
    }

    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Puts it to sleep, as a machine does whose lid is closed; it notices nothing. */
    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** Lets it go on. */
    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", name, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IOException("The process cannot be sent " + name);
        }
    }

    /** Asks it to end, as Ctrl-C would. */
    void askToEnd() {
        process.destroy();
    }

    /** Asks it to end, and waits until it has. */
    void terminate() {
        askToEnd();
        try {
            process.waitFor();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last line that it printed; empty if it printed none. */
    String lastLine() {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The last lines that it wrote to its output and to its log. */
    String lastWords() {
        String name = log.getFileName().toString().replace(".out", "");
        try (Stream<Path> files = Files.list(log.getParent())) {
            StringBuilder words = new StringBuilder();
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith(name + "."))
                    .sorted()
                    .toList()) {
                List<String> all = Files.readAllLines(file);
                words.append(file.getFileName()).append(":\n");
                words.append(String.join("\n", all.subList(Math.max(0, all.size() - 20), all.size())));
                words.append('\n');
            }
            return words.toString();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
