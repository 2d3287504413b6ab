package io.streamclr.trainer.torch;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.torch.ConvolutionCheck.Fault;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tries convolutions in a child process, a JVM as this one that loads the same library. */
final class ChildTrial implements ConvolutionCheck.Trial {

    private static final int MOST_MINUTES = 5;
    /** 128 and the number of SIGABRT, by which the C library ends a process whose memory was written over. */
    private static final int ABORTED = 134;

    private static final Pattern SIGNAL = Pattern.compile("^#\\s+(SIG[A-Z]+)\\b");
    /** A report of a crash is of some thousand lines; the first of them name the signal. */
    private static final int MOST_LINES = 100_000;

    private final String program;

    private record Heard(Optional<String> signal, String last) {}

    /** @param program the class whose {@code main} says on its last line how it went */
    ChildTrial(Class<?> program) {
        this.program = program.getName();
    }

    @Override
    public Optional<Fault> fault(ConvolutionWay way, int threads, List<Convolution> convolutions) {
        try {
            Process child = new ProcessBuilder(command(way, threads, convolutions))
                    .redirectErrorStream(true)
                    .directory(Path.of(System.getProperty("java.io.tmpdir")).toFile())
                    .start();
            try {
                return fault(child);
            } finally {
                child.destroyForcibly();
            }
        } catch (IOException | UncheckedIOException noProcess) {
            throw new RefusalException(
                    "No second process can be started to see whether this machine computes convolutions rightly ("
                            + noProcess.getMessage() + "); look at the limits of this user",
                    noProcess);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RefusalException(
                    "Interrupted while a second process tried convolutions; start again", interrupted);
        }
    }

    private static Optional<Fault> fault(Process child) throws IOException, InterruptedException {
        child.getOutputStream().close();
        // Its output ends with it, so a clock beside ends it where it hangs.
        Thread clock = new Thread(() -> endLate(child), "trial of convolutions");
        clock.setDaemon(true);
        clock.start();
        Heard heard = heard(child);
        int status = child.waitFor();
        clock.interrupt();
        if (status == 0 && heard.last().equals(ConvolutionTrial.RIGHT)) {
            return Optional.empty();
        }
        if (heard.last().startsWith(ConvolutionTrial.WRONG)) {
            return Optional.of(
                    new Fault("wrong numbers: " + heard.last().substring(ConvolutionTrial.WRONG.length()), true));
        }
        if (heard.signal().isPresent() || status == ABORTED) {
            return Optional.of(new Fault("ended by " + heard.signal().orElse("SIGABRT"), true));
        }
        return Optional.of(new Fault("ended with status " + status + " and '" + heard.last() + "'", false));
    }

    private static Heard heard(Process child) {
        Optional<String> signal = Optional.empty();
        String last = "";
        for (String line : (Iterable<String>)
                child.inputReader(StandardCharsets.UTF_8).lines().limit(MOST_LINES)::iterator) {
            Matcher matcher = SIGNAL.matcher(line);
            if (signal.isEmpty() && matcher.find()) {
                signal = Optional.of(matcher.group(1));
            }
            last = line.isBlank() ? last : line;
        }
        return new Heard(signal, last);
    }

    private static void endLate(Process child) {
        try {
            if (!child.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
                child.destroyForcibly();
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> command(ConvolutionWay way, int threads, List<Convolution> convolutions) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // A crash is what it is for: no core, and no report but on the way to this process.
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+ErrorFileToStdout",
                "-Djava.awt.headless=true"));
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.equals("user.home") || name.startsWith("jna.") || name.startsWith("ai.djl."))
                .sorted()
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.addAll(List.of("-cp", classPath(), program, way.name(), Integer.toString(threads)));
        convolutions.forEach(convolution -> command.add(convolution.toString()));
        return command;
    }

    /** Absolute, for the child runs in another folder. */
    private static String classPath() {
        List<String> parts = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            parts.add(
                    part.isEmpty()
                            ? System.getProperty("user.dir")
                            : Path.of(part).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, parts);
    }
}
