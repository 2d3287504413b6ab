package io.streamclr.console.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
                        + "give it less to hold (a smaller --chunk or --batch-size, fewer --threads, STREAMCLR_OPTS=-Xmx1g or in a container"
                        + " JAVA_TOOL_OPTIONS=-Xmx1g),"
                        + " or more memory");
        assertThat(guard.waitFor()).isEqualTo(137);
    }

    @Test
    void aCommandThatNativeCodeEndsIsToldWithTheReportThatIsNotInTheUsersFolder() throws Exception {
        Process guard = start();
        long child = childOf(guard);

        signal("SEGV", child);

        String words = errors(guard);
        Path report = logs.resolve("hs_err_pid" + child + ".log");
        assertThat(words)
                .startsWith(
                        "streamclr: the process that did the work was ended by SIGSEGV (exit code 134), which native"
                                + " code causes that goes wrong, here in lib")
                .contains(
                        "; nothing was saved yet, so the same command begins anew; 'streamclr bench train', which a checkout has ")
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

    @Test
    void aNoteOfAGuardThatWasKilledIsNotTakenForThisOnes() throws Exception {
        Files.createDirectories(run.resolve("step-00000020"));
        Process guard = program("finds-a-note").start();

        assertThat(errors(guard)).contains("was ended by SIGKILL").doesNotContain("saved");
        assertThat(guard.waitFor()).isEqualTo(137);
    }

    @Test
    void whereThereIsNoFolderForLogsANewOneOfThisProcessIsTaken() throws Exception {
        logs = Files.createFile(folder.resolve("file"));
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Process guard = start("-Djava.io.tmpdir=" + temporary);

        try (Stream<Path> left = Files.walk(temporary)) {
            assertThat(left.filter(file -> file.getFileName().toString().startsWith("saved-by-")))
                    .singleElement()
                    .satisfies(note -> assertThat(note.getParent()).isNotEqualTo(temporary));
        }
        signal("KILL", childOf(guard));

        assertThat(errors(guard)).contains("nothing was saved yet");
        assertThat(guard.waitFor()).isEqualTo(137);
    }

    @Test
    void aGuardThatIsAskedToEndAsTheCommandEndsDoesSoInOrder() throws Exception {
        Process guard = program("forgets").start();

        assertThat(new String(guard.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
                .isEqualTo("true false");
        assertThat(errors(guard)).isEmpty();
    }

    @Test
    void whatOnlyOneProcessCanHaveIsNotRepeated() {
        for (String option : List.of(
                "-agentlib:jdwp=transport=dt_socket,server=y,address=5005",
                "-agentpath:/opt/agent.so",
                "-javaagent:agent.jar=port=9404",
                "-Dcom.sun.management.jmxremote.port=9999",
                "-XX:StartFlightRecording=filename=all.jfr",
                "-Xlog:gc:file=gc.log")) {
            assertThat(JavaOptions.of(List.of("-Xmx1g", option), Map.of()).canBeRepeated())
                    .as(option)
                    .isFalse();
        }
        assertThat(JavaOptions.of(List.of("-Xmx1g", "-Da=b"), Map.of()).canBeRepeated())
                .isTrue();
    }

    @Test
    void whatStandsInTheEnvironmentIsNotGivenOnceMore() {
        JavaOptions options = JavaOptions.of(
                List.of("-Da=b c", "-XX:+UseSerialGC", "-Xmx1g", "-Dd=e"),
                Map.of("JAVA_TOOL_OPTIONS", "'-Da=b c' -XX:+UseSerialGC", "JDK_JAVA_OPTIONS", "-Dd=\"e\" -cp x"));

        assertThat(options.repeated()).containsExactly("-Xmx1g");
    }

    private ProcessBuilder program(String mode, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-Dstreamclr.logs=" + logs));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
        command.addAll(List.of(logs.toString(), run.toString(), mode));
        return new ProcessBuilder(command).directory(here.toFile());
    }

    private Process start(String... options) throws IOException {
        Process guard = program("saves", options).start();
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
            if (arguments[2].equals("forgets")) {
                forget();
                return;
            }
            if (!Guarded.here()) {
                if (arguments[2].equals("finds-a-note")) {
                    String pid = Long.toString(ProcessHandle.current().pid());
                    Path note = Files.createDirectories(Path.of(arguments[0])).resolve("saved-by-" + pid);
                    Files.writeString(note, arguments[1]);
                }
                System.exit(Guard.run(Program.class, arguments, Path.of(arguments[0])));
            }
            Path run = Path.of(arguments[1]);
            Guarded.begin();
            if (arguments[2].equals("finds-a-note")) {
                signal("KILL", ProcessHandle.current().pid());
                new CountDownLatch(1).await();
            }
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

        /** Says whether a hook was taken back before the end, and in the middle of it. */
        private static void forget() {
            Thread hook = new Thread(() -> {});
            Runtime.getRuntime().addShutdownHook(hook);
            boolean before = Guard.forget(hook);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> System.out.println(before + " " + Guard.forget(hook))));
        }
    }
}
