package io.streamclr.local.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardTest {

    private static final String WITH_STEP = "; saved is step 40 in %s, and the same command goes on from there; ";

    @TempDir
    Path folder;

    private Path logs;
    private Path run;
    private Path here;

    @BeforeEach
    void makeFolders() throws IOException {
        logs = folder.resolve("logs");
        run = Files.createDirectories(folder.resolve("checkpoints/run"));
        here = Files.createDirectories(folder.resolve("here"));
    }

    @Test
    void aCommandThatIsKilledIsToldWithWhatWasSaved() throws Exception {
        Files.createDirectories(run.resolve("step-00000020"));
        Files.createDirectories(run.resolve("step-00000040"));
        Process guard = start();

        signal("KILL", childOf(guard));

        assertThat(errors(guard))
                .isEqualTo("streamclr: the process that did the work was ended by SIGKILL (exit code 137), which Linux"
                        + " sends when memory runs out ('dmesg' says so then) and a person with kill -9"
                        + WITH_STEP.formatted(run.resolve("step-00000040"))
                        + "give it less to hold (a smaller --chunk or --batch, fewer --threads, STREAMCLR_OPTS=-Xmx1g),"
                        + " or more memory");
        assertThat(guard.waitFor()).isEqualTo(137);
    }

    @Test
    void aCommandThatNativeCodeEndsIsToldWithTheReportThatIsNotInTheUsersFolder() throws Exception {
        Process guard = start();
        long child = childOf(guard);

        signal("SEGV", child);

        String told = errors(guard);
        Path report = logs.resolve("hs_err_pid" + child + ".log");
        assertThat(told)
                .startsWith(
                        "streamclr: the process that did the work was ended by SIGSEGV (exit code 134), which native"
                                + " code causes that goes wrong, here in lib")
                .contains("; nothing was saved yet, so the same command begins anew; 'streamclr bench train' with ")
                .endsWith("; please report it, with " + report);
        assertThat(report).content().contains("SIGSEGV");
        assertThat(guard.waitFor()).isEqualTo(134);
        try (Stream<Path> left = Files.list(here)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aGuardThatIsAskedToEndAsksTheCommandAndWaitsForIt() throws Exception {
        Process guard = start();

        signal("TERM", guard.pid());

        assertThat(errors(guard)).isEmpty();
        assertThat(guard.waitFor()).isEqualTo(143);
        assertThat(run.resolve("ended-in-order")).exists();
    }

    @Test
    void aCommandEndsWithAGuardThatIsKilled() throws Exception {
        Process guard = start();
        ProcessHandle child = guard.children().findFirst().orElseThrow();

        guard.destroyForcibly();

        child.onExit().get(30, TimeUnit.SECONDS);
        assertThat(run.resolve("ended-in-order")).doesNotExist();
    }

    private Process start() throws IOException {
        Process guard = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dstreamclr.logs=" + logs,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        logs.toString(),
                        run.toString())
                .directory(here.toFile())
                .start();
        BufferedReader out = guard.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        while (line != null && !line.equals("at work")) {
            line = out.readLine();
        }
        assertThat(line).isEqualTo("at work");
        return guard;
    }

    private static long childOf(Process guard) {
        List<ProcessHandle> children = guard.children().toList();
        assertThat(children).hasSize(1);
        return children.get(0).pid();
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private static String errors(Process guard) throws IOException {
        return new String(guard.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** A command that saves, works on, and ends in order when it is asked to. */
    static final class Program {

        private Program() {}

        public static void main(String[] arguments) throws Exception {
            if (!Guarded.here()) {
                System.exit(Guard.run(Program.class, arguments, Path.of(arguments[0])));
            }
            Path run = Path.of(arguments[1]);
            Guarded.begin();
            Guarded.saves(run);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    Files.createFile(run.resolve("ended-in-order"));
                } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                }
            }));
            System.out.println("at work");
            new CountDownLatch(1).await();
        }
    }
}
