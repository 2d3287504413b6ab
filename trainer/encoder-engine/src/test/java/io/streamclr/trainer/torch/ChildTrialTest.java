package io.streamclr.trainer.torch;

import static io.streamclr.trainer.torch.ConvolutionWay.AVX2;
import static io.streamclr.trainer.torch.ConvolutionWay.FULL;
import static io.streamclr.trainer.torch.ConvolutionWay.OFF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.util.Utils;
import io.streamclr.trainer.torch.ConvolutionCheck.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTrialTest {

    private static final List<Convolution> SMALL = List.of(new Convolution(16, 32, 3, 2, 8, 8, 6, 6));

    @TempDir
    private Path cache;

    @Test
    void aWriteOutsideMemoryThatHurtsNobodyYetIsFound() {
        assumeTrue(
                Stream.of("/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib")
                        .anyMatch(folder -> Files.exists(Path.of(folder, "libc_malloc_debug.so.0"))),
                "the library that finds writes outside memory is not installed");
        ChildTrial child = new ChildTrial(FaultyTrial.class, System.getenv());

        assertThat(child.fault(FULL, 1, List.of(FaultyTrial.TOO_FAR))).hasValue(new Fault("ended by SIGABRT", true));
    }

    @Test
    void whatIsReadBeforeItIsWrittenIsFoundThoughNewMemoryIsZero() {
        ChildTrial child = new ChildTrial(FaultyTrial.class, System.getenv());

        assertThat(child.fault(FULL, 1, List.of(FaultyTrial.READ_TOO_EARLY)))
                .hasValue(new Fault("what nobody wrote", true));
    }

    /** oneDNN 3.7 in PyTorch 2.7.1, on processors without AVX-512 whatever caches they show. */
    @Test
    void fewChannelsThatAStrideLeavesOutOfAreNotComputedInAvx2() {
        ChildTrial child = new ChildTrial(ConvolutionTrial.class, System.getenv());
        List<Convolution> narrow = List.of(new Convolution(4, 8, 1, 2, 12, 12, 16, 6));
        List<Convolution> wide = List.of(new Convolution(8, 16, 1, 2, 12, 12, 16, 6));

        assertThat(child.fault(AVX2, 1, narrow))
                .hasValue(new Fault("oneDNN writes outside its memory in 4,8,1,2,12,12,16,6", true));
        assertThat(child.fault(OFF, 1, narrow)).isEmpty();
        assertThat(child.fault(OFF, 1, wide)).isEmpty();
    }

    @Test
    void theSlowestWayIsRightInEveryPrecision() {
        ChildTrial child = new ChildTrial(ConvolutionTrial.class, System.getenv());
        List<Convolution> some = List.of(
                new Convolution(3, 16, 3, 1, 16, 16, 5, 6),
                new Convolution(256, 512, 1, 2, 8, 8, 4, 6),
                new Convolution(16, 32, 3, 2, 9, 7, 4, 15),
                new Convolution(16, 32, 1, 1, 8, 8, 4, 5),
                new Convolution(16, 16, 7, 1, 8, 7, 4, 6, 3, 16),
                new Convolution(16, 16, 7, 1, 8, 7, 4, 15, 3, 16),
                new Convolution(3, 64, 4, 4, 16, 17, 5, 6, 0, 1));

        assertThat(child.fault(OFF, 1, some)).isEmpty();
    }

    @Test
    void aWayThatTurnsInACircleLeadsToTheNextAndOneThatHangsDoesNot() {
        ChildTrial circling = new ChildTrial(FaultyTrial.class, System.getenv(), 4, 600);
        ChildTrial hanging = new ChildTrial(FaultyTrial.class, System.getenv(), 600, 5);

        assertThat(circling.fault(FULL, 1, List.of(FaultyTrial.IN_A_CIRCLE)))
                .hasValue(new Fault("computed without end", true));
        assertThat(hanging.fault(FULL, Integer.parseInt(FaultyTrial.FOR_EVER), SMALL))
                .hasValueSatisfying(fault -> assertThat(fault.lasting()).isFalse());
    }

    @Test
    void aFaultSaysAtWhichConvolutionItCame() {
        ChildTrial child = new ChildTrial(FaultyTrial.class, System.getenv());
        List<Convolution> two = List.of(SMALL.get(0), new Convolution(8, 16, 1, 2, 12, 12, 16, 6));

        assertThat(child.fault(FULL, 1, two)).hasValue(new Fault("ended by SIGFPE", true, 2));
    }

    @Test
    void aChildThatDiesBeforeItBeginsSaysNothingOfConvolutions() {
        ChildTrial child = new ChildTrial(FaultyTrial.class, System.getenv());

        assertThat(child.fault(FULL, Integer.parseInt(FaultyTrial.BEFORE_IT_BEGINS), SMALL))
                .hasValueSatisfying(fault -> {
                    assertThat(fault.lasting()).isFalse();
                    assertThat(fault.what()).contains("before it began");
                });
    }

    @Test
    void optionsForThisProcessAreNotTheTrials() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
            environment.put(variable, "-javaagent:/no/such/agent.jar");
        }

        assertThat(new ChildTrial(FaultyTrial.class, environment).fault(AVX2, 1, SMALL))
                .isEmpty();
    }

    @Test
    void aTrialStaysWhenATerminalIsInterruptedAndEndsWithTheProcessThatWantedIt() throws Exception {
        Process trial = java(FaultyTrial.class, "AVX2", FaultyTrial.FOR_EVER);
        try (BufferedReader said = trial.inputReader()) {
            assertThat(said.lines().anyMatch(ConvolutionTrial.BEGUN::equals)).isTrue();
            signal("INT", trial.pid());
            signal("TERM", trial.pid());
            assertThat(trial.waitFor()).isEqualTo(143);
        }

        Process parent = java(ParentOfTrial.class);
        ProcessHandle child;
        try (BufferedReader said = parent.inputReader()) {
            child = ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
        }
        parent.destroyForcibly();
        child.onExit().get(30, TimeUnit.SECONDS);
    }

    /** Asks for a trial that comes to no end, and says which process it is. */
    public static final class ParentOfTrial {

        private ParentOfTrial() {}

        public static void main(String[] arguments) {
            Thread asks = new Thread(() -> new ChildTrial(FaultyTrial.class, System.getenv())
                    .fault(AVX2, Integer.parseInt(FaultyTrial.FOR_EVER), SMALL));
            asks.start();
            Optional<ProcessHandle> child = Optional.empty();
            while (child.isEmpty() && asks.isAlive()) {
                child = ProcessHandle.current().children().findFirst();
                Thread.onSpinWait();
            }
            System.out.println(child.map(ProcessHandle::pid).orElse(-1L));
        }
    }

    private static Process java(Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void aTrialWritesNothingIntoTheUsersHomeAndNoLog() throws IOException {
        Path home = Files.createDirectory(cache.resolve("home"));
        Path temporary = Files.createDirectory(cache.resolve("temporary"));
        Map<String, String> properties = Map.of(
                "ENGINE_CACHE_DIR",
                Utils.getEngineCacheDir().toAbsolutePath().toString(),
                "user.home",
                home.toString(),
                "java.io.tmpdir",
                temporary.toString());
        Properties before = (Properties) System.getProperties().clone();
        properties.forEach(System::setProperty);
        try {
            assertThat(new ChildTrial(ConvolutionTrial.class, System.getenv()).fault(OFF, 1, SMALL))
                    .isEmpty();
        } finally {
            System.setProperties(before);
        }

        try (Stream<Path> written = Files.walk(cache)) {
            assertThat(written.filter(Files::isRegularFile)).isEmpty();
        }
    }
}
