package io.streamclr.console.guard;

import io.streamclr.schemas.FileFault;
import io.streamclr.trainer.encoder.SavedSteps;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Help;

/**
 * Does a command in a JVM of its own and waits for it. What native code ends takes its whole process along, at once and
 * without a word; somebody must be left who says what was saved and what to try. A signal to end is handed on.
 */
public final class Guard {

    /** How long a command that was asked to end may take for it; it has limits of its own, which are shorter. */
    private static final long TO_END_SECONDS = 120;

    private final Path logs;
    private volatile boolean asked;

    private Guard(Path logs) {
        this.logs = logs;
    }

    /** Whether this process can be started a second time as it was: a debugger's port or a recording's file is for one. */
    public static boolean possible() {
        return JavaOptions.ofThisProcess().canBeRepeated();
    }

    /**
     * Runs a program as this one was started, with the same options of Java's.
     *
     * @param mainClass of the program; it must call {@link Guarded#begin}
     * @param logs folder for what Java writes of a process that dies; made where it is missing
     * @return the exit code
     */
    public static int run(Class<?> mainClass, String[] arguments, Path logs) throws InterruptedException {
        try {
            return new Guard(usable(logs)).run(mainClass, arguments);
        } catch (IOException nowhere) {
            System.err.println("streamclr: neither " + logs + " nor a folder for temporary files can be written ("
                    + FileFault.of(nowhere) + "); make room, or name another --home");
            return 1;
        }
    }

    private static Path usable(Path logs) throws IOException {
        try {
            return Files.createDirectories(logs.toAbsolutePath().normalize());
        } catch (IOException unwritable) {
            // The command itself says what is wrong with its folder.
            Path own = Files.createTempDirectory("streamclr");
            own.toFile().deleteOnExit(); // unless a report lies there
            return own;
        }
    }

    private int run(Class<?> mainClass, String[] arguments) throws InterruptedException {
        Path note = logs.resolve("saved-by-" + ProcessHandle.current().pid());
        // A guard that was killed may have had the same number.
        delete(note);
        try {
            Process child = new ProcessBuilder(command(mainClass, arguments, note))
                    .redirectOutput(Redirect.INHERIT)
                    .redirectError(Redirect.INHERIT)
                    .start();
            return await(child, note);
        } catch (IOException noProcess) {
            System.err.println("streamclr: no second process can be started (" + FileFault.of(noProcess)
                    + "); look at the limits of this user, and at the memory that is left");
            return 1;
        } finally {
            delete(note);
        }
    }

    private List<String> command(Class<?> mainClass, String[] arguments, Path note) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Help.Ansi.AUTO.enabled()) {
            command.add("-Dpicocli.ansi=true");
        }
        command.addAll(JavaOptions.ofThisProcess().repeated());
        command.add(Ending.reportOption(logs));
        command.addAll(Guarded.options(note));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private int await(Process child, Path note) throws InterruptedException {
        Thread hook = new Thread(() -> handOn(child), "guard");
        Runtime.getRuntime().addShutdownHook(hook);
        int exitCode = child.waitFor();
        if (!asked && forget(hook)) {
            Ending.of(exitCode, child.pid(), logs).ifPresent(ending -> System.err.println(sentence(ending, note)));
        }
        return exitCode;
    }

    /** False if this process ends already: it may be asked to as the child ends. */
    static boolean forget(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            return false;
        }
    }

    private void handOn(Process child) {
        asked = true;
        // Process.destroy would close the pipe too, which the child takes for the guard's death.
        child.toHandle().destroy();
        try {
            if (!child.waitFor(TO_END_SECONDS, TimeUnit.SECONDS)) {
                child.destroyForcibly();
            }
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    /** What happened, what is left, what to do. */
    static String sentence(Ending ending, Path note) {
        String advice = ending.fromOutside()
                ? "give it less to hold (a smaller --chunk or --batch-size, fewer --threads, STREAMCLR_OPTS=-Xmx1g or in a"
                        + " container JAVA_TOOL_OPTIONS=-Xmx1g), or more"
                        + " memory"
                : "'streamclr bench train', which a checkout has and the containers have not, shows with the options of the"
                        + " network whether PyTorch can compute it on this machine, and ONEDNN_MAX_CPU_ISA=AVX in the environment has it do so slowly and safely";
        return "streamclr: the process that did the work " + ending.words() + "; "
                + Guarded.noted(note).map(Guard::saved).orElse("") + advice
                + ending.report()
                        .map(file -> "; please report it, with " + file)
                        .orElse("");
    }

    private static String saved(Path run) {
        return SavedSteps.in(run).stream()
                .findFirst()
                .map(step -> "saved is step " + step + " in " + SavedSteps.place(run, step)
                        + ", and the same command goes on from there; ")
                .orElse("nothing was saved yet, so the same command begins anew; ");
    }

    private static void delete(Path note) {
        try {
            Files.deleteIfExists(note);
        } catch (IOException unwritable) {
            note.toFile().deleteOnExit();
        }
    }
}
