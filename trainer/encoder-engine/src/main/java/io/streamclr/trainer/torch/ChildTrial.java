package io.streamclr.trainer.torch;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.torch.ConvolutionCheck.Fault;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries convolutions in a child process, a JVM as this one that loads the same library. */
final class ChildTrial implements ConvolutionCheck.Trial {

    private static final int MOST_SECONDS = 900;
    private static final int LOOK_SECONDS = 1;
    /**
     * Seconds of computing, summed over threads, that no trial takes that comes to an end: for beginning, and for its
     * multiplications at a hundredth of what a core does. One way of oneDNN turns in a circle where it divides by 0.
     */
    private static final int MOST_TO_BEGIN = 30;

    private static final double LEAST_A_SECOND = 1e8;
    /** Signals by which a process ends itself, by the exit code that the parent sees; the C library aborts on damaged memory. */
    private static final Map<Integer, String> SELF_MADE =
            Map.of(132, "SIGILL", 134, "SIGABRT", 135, "SIGBUS", 136, "SIGFPE", 139, "SIGSEGV");
    /** Options that are meant for another process; a port or a file that one has is not there for two. */
    private static final Set<String> OPTIONS_OF_THE_PARENT =
            Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");
    /** What the library's place hangs on beside the environment, and where a process may write. */
    private static final Pattern PASSED_ON = Pattern.compile(
            "user\\.home|java\\.io\\.tmpdir|ENGINE_CACHE_DIR|DJL_CACHE_DIR|PYTORCH_.*|jna\\..*|ai\\.djl\\..*");

    /**
     * Checks of damaged memory, and a fill of -1.7e38 for new memory, in float32 and bfloat16 alike; glibc's cache of small
     * pieces would not fill what it keeps.
     */
    private static final String MEMORY = "glibc.malloc.check=3:glibc.malloc.perturb=1:glibc.malloc.tcache_count=0";

    private static final Logger LOG = LoggerFactory.getLogger(ChildTrial.class);
    private static final Pattern SIGNAL = Pattern.compile("^#\\s+(SIG[A-Z]+)\\b");
    /** A report of a crash is of some thousand lines; the first of them name the signal. */
    private static final int MOST_LINES = 100_000;

    private final String program;
    private final Map<String, String> environment;
    private final int mostToBegin;
    private final int mostSeconds;

    /**
     * What a child said.
     *
     * @param tried the number of convolutions that it began with
     */
    private record Heard(boolean begun, int tried, Optional<String> signal, String last) {

        Fault lasting(String what) {
            return new Fault(what, true, tried);
        }
    }

    /**
     * @param program the class whose {@code main} says on its last line how it went
     * @param environment of this process
     */
    ChildTrial(Class<?> program, Map<String, String> environment) {
        this(program, environment, MOST_TO_BEGIN, MOST_SECONDS);
    }

    /**
     * As the other.
     *
     * @param mostToBegin seconds of computing, for each thread, beside those for multiplications
     * @param mostSeconds that it may last, computing or not
     */
    ChildTrial(Class<?> program, Map<String, String> environment, int mostToBegin, int mostSeconds) {
        this.program = program.getName();
        this.mostToBegin = mostToBegin;
        this.mostSeconds = mostSeconds;
        this.environment = new HashMap<>(environment);
        this.environment.keySet().removeAll(OPTIONS_OF_THE_PARENT);
        // Writes outside memory are found where they are made, and what is read before it is written is no small
        // number:
        // a process that has just begun would find zeros there. Since glibc 2.34 the first takes a library beside it,
        // without which a line says that it is ignored. Another allocator that is preloaded (jemalloc) would not bear
        // it.
        if (environment.getOrDefault("LD_PRELOAD", "").isBlank()) {
            this.environment.put("LD_PRELOAD", "libc_malloc_debug.so.0");
        }
        this.environment.merge("GLIBC_TUNABLES", MEMORY, (before, memory) -> before + ":" + memory);
    }

    @Override
    public Optional<Fault> fault(ConvolutionWay way, int threads, List<Convolution> convolutions) {
        if (way.computesInAvx2(environment)) {
            Optional<Convolution> known =
                    convolutions.stream().filter(Convolution::overflowsInAvx2).findFirst();
            if (known.isPresent()) {
                return Optional.of(new Fault("oneDNN writes outside its memory in " + known.get(), true));
            }
        }
        try {
            ProcessBuilder builder = new ProcessBuilder(command(way, threads, convolutions))
                    .redirectErrorStream(true)
                    .directory(Path.of(System.getProperty("java.io.tmpdir")).toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            // Its pipe stays open until it has been heard: it ends when that ends.
            Process child = builder.start();
            try {
                return fault(child, threads * (mostToBegin + work(way, convolutions) / LEAST_A_SECOND));
            } finally {
                child.destroyForcibly();
            }
        } catch (IOException | UncheckedIOException noProcess) {
            throw new RefusalException(
                    "No second process can be started to see whether this machine computes convolutions rightly ("
                            + FileFault.of(noProcess) + "); look at the limits of this user",
                    noProcess);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RefusalException(
                    "Interrupted while a second process tried convolutions; start again", interrupted);
        }
    }

    private static double work(ConvolutionWay way, List<Convolution> convolutions) {
        return convolutions.stream().mapToDouble(each -> each.work(way)).sum();
    }

    /** @param most seconds of computing */
    private Optional<Fault> fault(Process child, double most) throws InterruptedException {
        // Its output ends with it, so a clock beside ends it where it hangs.
        AtomicBoolean endless = new AtomicBoolean();
        Thread clock = new Thread(() -> endless.set(endLate(child, most)), "trial of convolutions");
        clock.setDaemon(true);
        clock.start();
        Heard heard = heard(child);
        int status = child.waitFor();
        clock.interrupt();
        clock.join();
        if (status == 0 && heard.last().equals(ConvolutionTrial.RIGHT)) {
            return Optional.empty();
        }
        if (heard.last().startsWith(ConvolutionTrial.WRONG)) {
            return Optional.of(heard.lasting(heard.last().substring(ConvolutionTrial.WRONG.length())));
        }
        if (heard.begun() && endless.get()) {
            return Optional.of(heard.lasting("computed without end"));
        }
        Optional<String> signal = heard.signal().or(() -> Optional.ofNullable(SELF_MADE.get(status)));
        if (heard.begun() && signal.isPresent()) {
            return Optional.of(heard.lasting("ended by " + signal.get()));
        }
        return Optional.of(new Fault(
                "ended with status " + status + " and '" + heard.last() + "'"
                        + (heard.begun() ? "" : " before it began"),
                false));
    }

    private static Heard heard(Process child) {
        boolean begun = false;
        int tried = 0;
        Optional<String> signal = Optional.empty();
        String last = "";
        try {
            for (String line : (Iterable<String>)
                    child.inputReader(StandardCharsets.UTF_8).lines().limit(MOST_LINES)::iterator) {
                Matcher matcher = SIGNAL.matcher(line);
                if (signal.isEmpty() && matcher.find()) {
                    signal = Optional.of(matcher.group(1));
                }
                begun |= line.equals(ConvolutionTrial.BEGUN);
                tried += line.startsWith(ConvolutionTrial.NEXT) ? 1 : 0;
                last = line.isBlank() ? last : line;
            }
        } catch (UncheckedIOException ended) {
            LOG.debug("a trial was ended while it was heard", ended);
        }
        return new Heard(begun, tried, signal, last);
    }

    /** Ends it when it has computed for longer than it can take, or has hung for minutes; whether it computed too long. */
    private boolean endLate(Process child, double most) {
        try {
            for (int look = 0; look < mostSeconds / LOOK_SECONDS; look++) {
                if (child.waitFor(LOOK_SECONDS, TimeUnit.SECONDS)) {
                    return false;
                }
                Duration computed = child.info().totalCpuDuration().orElse(Duration.ZERO);
                if (computed.toMillis() > 1000 * most) {
                    child.destroyForcibly();
                    return true;
                }
            }
            child.destroyForcibly();
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
        return false;
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
                // It speaks to its parent alone; to set up a log that is off would take a sixth of its start.
                "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
                "-Djava.awt.headless=true"));
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> PASSED_ON.matcher(name).matches())
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
