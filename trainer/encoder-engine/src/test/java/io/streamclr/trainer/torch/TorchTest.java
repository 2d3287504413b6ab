package io.streamclr.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.streamclr.schemas.RefusalException;
import java.io.File;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchTest {

    private final Torch torch = Torch.open(1);
    private final Scope scope = torch.scope();

    @AfterEach
    void close() {
        torch.close();
    }

    @Test
    void aScriptTakesBytesOfABufferWhereverItsPositionIs() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(5).put(new byte[] {99, 1, 2, (byte) 200, 4});
        Script script = torch.compile("  def double(self, x: Tensor) -> Tensor:\n    return torch.to(x, 6) * 2\n");

        Tensor doubled = script.one(scope, "double", scope.bytes(bytes.position(1), 2, 2));

        assertThat(doubled.shape()).containsExactly(2, 2);
        assertThat(doubled.floats()).containsExactly(2, 4, 400, 8);
    }

    @Test
    void aMissingDriverOfACardIsNamed() {
        UnsatisfiedLinkError missing = new UnsatisfiedLinkError(
                "/cuda/libtorch_cuda.so: libcuda.so.1: cannot open shared object file: No such file or directory");

        assertThat(Torch.notLoaded(new IllegalStateException("Cannot load", missing)))
                .hasMessageStartingWith("PyTorch's native library for graphics cards needs NVIDIA's driver, whose"
                        + " libcuda.so.1 is not here; install the driver, 550 or newer, ")
                .hasMessageNotContaining("shared object");
        assertThat(Torch.notLoaded(new UnsatisfiedLinkError("wrong ELF class")))
                .hasMessageStartingWith("PyTorch's native library does not load here (wrong ELF class)");
    }

    @Test
    void listsAndTensorsArriveInTheirOrder() {
        Script script = torch.compile(
                "  def f(self, a: List[Tensor], b: Tensor, c: List[Tensor]) -> List[Tensor]:\n    return [a[1], b, c[0]]\n");

        List<Tensor> results = script.call(
                scope,
                "f",
                List.of(scope.floats(new float[] {1}, 1), scope.floats(new float[] {2}, 1)),
                scope.longs(new int[] {3}, 1),
                List.of(scope.doubles(new double[] {4}, 1)));

        assertThat(results.get(0).floats()).containsExactly(2);
        assertThat(results.get(1).longs()).containsExactly(3);
        assertThat(results.get(2).doubles()).containsExactly(4);
    }

    @Test
    void aGradientIsAskedForInsideAScript() {
        Script script = torch.compile(
                "  def cube(self, x: Tensor) -> Tensor:\n    return x * x * x\n"
                        + "  def pull(self, y: Tensor, x: List[Tensor], seed: Tensor) -> Tensor:\n"
                        + "    return unchecked_cast(Tensor, torch.grad([y], x, annotate(List[Optional[Tensor]], [seed]))[0])\n");
        Tensor x = scope.floats(new float[] {1, 2}, 2).asParameter();

        Tensor y = script.recording(scope, "cube", x).get(0);
        Tensor gradient = script.one(scope, "pull", y, List.of(x), scope.floats(new float[] {1, 10}, 2));

        assertThat(gradient.floats()).containsExactly(3, 120);
    }

    @Test
    void aClosedScopeLeavesNothingOpen() {
        Script script = torch.compile("  def f(self, p: Tensor, x: Tensor) -> Tensor:\n    return p + x\n");
        Tensor weight = scope.zeros(2);
        script.one(scope, "f", weight, scope.zeros(2)).close();
        int before = scope.openHandles();
        int rootBefore = torch.openHandles();

        for (int i = 0; i < 50; i++) {
            try (Scope step = scope.inner()) {
                script.one(step, "f", weight, step.zeros(2));
            }
        }

        assertThat(scope.openHandles()).isEqualTo(before);
        assertThat(torch.openHandles()).isEqualTo(rootBefore);
    }

    @Test
    void aModuleWithWeightsAndChildrenComesBackFromItsFile(@TempDir Path folder) throws Exception {
        ScriptModule module = ScriptModule.named("Net")
                .withMethods("  def forward(self, x: Tensor) -> Tensor:\n"
                        + "    return x @ getattr(self.layers, \"0\").weight + self.shift + self.steps\n")
                .withBuffer("shift", new float[] {0.5f, 0.25f}, 2)
                .withCounter("steps", 7);
        module.child("layers", "Layers").child("0", "Linear").withParameter("weight", new float[] {1, 2, 3, 4}, 2, 2);
        Path file = folder.resolve("net.pt");
        try (OutputStream out = Files.newOutputStream(file)) {
            module.writeTo(out, "net");
        }

        Tensor y = torch.load(file).one(scope, "forward", scope.floats(new float[] {1, 1}, 1, 2));

        assertThat(y.floats()).containsExactly(11.5f, 13.25f);
    }

    @Test
    void aFileThatIsNoArchiveIsRefused(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("encoder.pt"), "hello");

        assertThatThrownBy(() -> torch.load(file))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The file " + file
                        + " is not a TorchScript archive, because it does not begin as a zip file does;"
                        + " give an encoder.pt that StreamCLR wrote");
    }

    @Test
    void wrongTextNamesTheLine() {
        assertThatThrownBy(() -> torch.compile("  def f(self, x: Tensor) -> Tensor:\n    return torch.nonsense(x)\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("torch.nonsense");
    }

    /** A process of its own, for the library is loaded once in each. */
    @Test
    void aLibraryThatCannotBeUnpackedIsRefusedInOneSentence(@TempDir Path folder) throws Exception {
        Path noFolder = Files.writeString(folder.resolve("file"), "no folder");
        ProcessBuilder child = child(Opening.class, "-DENGINE_CACHE_DIR=" + noFolder.resolve("engine"));
        child.environment().remove("ENGINE_CACHE_DIR");
        child.environment().remove("PYTORCH_LIBRARY_PATH");

        Process opening = child.start();
        String said = new String(opening.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(opening.waitFor()).isEqualTo(3);
        assertThat(said)
                .contains("PyTorch's native library cannot be unpacked into " + noFolder.resolve("engine"))
                .contains("; it takes 440 MiB, so make room there, or name another folder in the environment as"
                        + " ENGINE_CACHE_DIR");
    }

    /** As in the image with the command line. */
    @Test
    void aBuildWithoutTheLibraryIsRefusedWithWhereOneIs(@TempDir Path folder) throws Exception {
        String without = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("pytorch-native-"))
                .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder child = child(without, Opening.class, "-DENGINE_CACHE_DIR=" + folder);
        child.environment().keySet().removeAll(List.of("ENGINE_CACHE_DIR", "PYTORCH_LIBRARY_PATH", "PYTORCH_VERSION"));

        Process opening = child.start();
        String said = new String(opening.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(opening.waitFor()).isEqualTo(3);
        assertThat(said)
                .contains(
                        "PyTorch's native library is not here, because this is a build without it; run the same command with"
                                + " the image streamclr/trainer and --entrypoint streamclr, or name the library's folder in the"
                                + " environment as PYTORCH_LIBRARY_PATH");
    }

    /** As a trainer asks before it computes anything. */
    @Test
    void whetherSixteenBitsAreFastIsSaidBeforeTheLibraryIsLoaded() throws Exception {
        Process asking = child(Asking.class).start();
        String said = new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(asking.waitFor()).as(said).isZero();
        assertThat(said).containsAnyOf("fast: true", "fast: false");
    }

    /** A process of its own, which a damaged library would end by a signal. */
    @Test
    void aLibraryThatWasCutShortIsUnpackedAnewBeforeItIsLoaded(@TempDir Path cache) throws Exception {
        assumeTrue(System.getenv("PYTORCH_LIBRARY_PATH") == null, "another library is not unpacked");
        Path whole = NativeSwitches.file().getParent();
        Path damaged = Files.createDirectories(cache.resolve("pytorch").resolve(whole.getFileName()));
        Path large = NativeSwitches.file().getFileName();
        try (Stream<Path> files = Files.list(whole)) {
            for (Path file : files.toList()) {
                Path copy = damaged.resolve(file.getFileName());
                if (copy.endsWith(large)) {
                    Files.createSymbolicLink(copy, file);
                } else {
                    byte[] bytes = Files.readAllBytes(file);
                    Files.write(copy, Arrays.copyOf(bytes, bytes.length / 2));
                }
            }
        }
        Files.write(damaged.resolve("library1.partial"), new byte[9]);
        ProcessBuilder child = child(Opening.class, "-DENGINE_CACHE_DIR=" + cache);
        child.environment().keySet().removeAll(List.of("ENGINE_CACHE_DIR", "PYTORCH_LIBRARY_PATH", "PYTORCH_VERSION"));

        Process opening = child.start();
        String said = new String(opening.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(opening.waitFor()).as(said).isZero();
        try (Stream<Path> files = Files.list(whole)) {
            for (Path file : files.toList()) {
                assertThat(Files.mismatch(damaged.resolve(file.getFileName()), file))
                        .isEqualTo(-1);
            }
        }
        assertThat(damaged.resolve("library1.partial")).doesNotExist();
        Files.delete(damaged.resolve(large));
        // Nothing was left to DJL, which would have unpacked elsewhere.
        try (Stream<Path> engines = Files.list(damaged.getParent())) {
            assertThat(engines).containsExactly(damaged);
        }
    }

    @Test
    void aNetworkIsComputedInItsOwnWayWhateverAnotherWasComputedInMeanwhile() {
        torch.wayOf(List.of(new Convolution(64, 64, 3, 1, 16, 16, 8, 6)));
        Script script = torch.compile("""
                  def conv(self, x: Tensor, w: Tensor) -> Tensor:
                    return torch.conv2d(torch.contiguous(x, memory_format=2), w, None, [1, 1], [1, 1])
                """);
        float[] noise = new float[8 * 64 * 16 * 16];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) Math.sin(i);
        }
        Tensor x = scope.floats(noise, 8, 64, 16, 16);
        Tensor w = scope.floats(Arrays.copyOf(noise, 64 * 64 * 9), 64, 64, 3, 3);
        Supplier<float[]> convolution = () -> script.one(scope, "conv", x, w).floats();

        float[] full = torch.compute(ConvolutionWay.FULL, convolution);
        float[] off = torch.compute(ConvolutionWay.OFF, convolution);

        assertThat(off).usingComparatorWithPrecision(1e-2f).containsExactly(full);
        assertThat(torch.compute(ConvolutionWay.FULL, convolution)).isEqualTo(full);
    }

    /** Once is not enough: it is a race between the end of the process and the computation. */
    @Test
    void aProcessMayExitWhileAThreadComputes() throws Exception {
        for (int time = 0; time < 4; time++) {
            Process computing = child(Computing.class).start();
            String said = new String(computing.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(computing.waitFor()).as(said).isEqualTo(7);
        }
    }

    private static ProcessBuilder child(Class<?> program, String... options) {
        return child(System.getProperty("java.class.path"), program, options);
    }

    private static ProcessBuilder child(String classPath, Class<?> program, String... options) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        // A report of a crash goes where it is read, not into the folder of the tests.
        command.addAll(List.of("-XX:+ErrorFileToStdout", "-XX:-CreateCoredumpOnCrash"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classPath, program.getName()));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    /** Exits with 7 from another thread than the one that computes, for longer than anybody waits. */
    public static final class Computing {

        private Computing() {}

        public static void main(String[] none) {
            try (Torch torch = Torch.open(2);
                    Scope scope = torch.scope()) {
                Script script = torch.compile("""
                          def work(self, x: Tensor, n: Tensor) -> Tensor:
                            i = 0
                            while i < int(n):
                              x = torch.conv2d(x, torch.ones([16, 16, 3, 3]), None, [1, 1], [1, 1]) / 144.0
                              i += 1
                            return x
                        """);
                Tensor x = scope.zeros(8, 16, 64, 64);
                script.one(scope, "work", x, scope.hostLongs(1));
                new Thread(() -> System.exit(7)).start();
                script.one(scope, "work", x, scope.hostLongs(1_000_000));
            }
        }
    }

    /** Opens the library, and ends with 3 where that is refused. */
    public static final class Opening {

        private Opening() {}

        public static void main(String[] none) {
            try (Torch opened = Torch.open(1)) {
                System.out.println(opened.openHandles());
            } catch (RefusalException refused) {
                System.out.println(refused.getMessage());
                System.exit(3);
            }
        }
    }

    /** Asks in a process that has loaded nothing. */
    public static final class Asking {

        private Asking() {}

        public static void main(String[] none) {
            System.out.println("fast: " + Torch.fastInSixteenBits(1, List.of(new Convolution(8, 8, 3, 1, 8, 8, 2, 1))));
        }
    }
}
