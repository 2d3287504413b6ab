package io.streamclr.trainer.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The PyTorch engine, loaded from the class path and never from the network. Everything that is made through it dies
 * with it at the latest.
 *
 * <p>One thread at a time may use a {@code Torch} and what comes from it: libtorch keeps a team of workers for every
 * thread that calls it, and results are equal to the bit only for an equal number of workers.
 *
 * <p>On a machine that others use too, the process should be started with {@code OMP_WAIT_POLICY=passive} in its
 * environment: by default the workers spin while they wait for each other, and take the processor from the one that
 * they wait for. A process that has loaded the engine may exit while a thread computes: libtorch is not taken apart.
 */
public final class Torch implements AutoCloseable {

    /** What the library takes on disk. */
    private static final int LIBRARY_MIB = 440;

    private static final String DRIVER = "libcuda.so.1";

    /** Rooms to compute in; with others cuBLAS promises no repeatable numbers. */
    private static final String CUBLAS = "CUBLAS_WORKSPACE_CONFIG";

    private static final List<String> CUBLAS_REPEATABLE = List.of(":4096:8", ":16:8");

    private final PtNDManager root;
    private final PtNDManager host;
    private final int threads;
    private final TorchDevice device;
    private final boolean onProcessor;
    private long nativeNanos;

    /** One for the process, as the library is. */
    private static final class Check {

        private static final ConvolutionCheck OF_PROCESS = new ConvolutionCheck(
                ConvolutionWay.offered(System.getenv()),
                new ChildTrial(ConvolutionTrial.class, System.getenv()),
                new Verdicts(
                        Verdicts.folder(System.getenv(), System.getProperty("user.home", ""), NativeSwitches.user()),
                        Machine.text(System.getenv())),
                ConvolutionWay::limitProcess);
        private static final Turns TURNS = new Turns(ConvolutionWay::switchTo);
    }

    /** Once in a process, before the library is loaded. */
    private static final class Unpacked {

        private static boolean done;

        static synchronized void once() {
            if (done) {
                return;
            }
            try {
                Unpacking.complete();
            } catch (IOException unwritable) {
                throw new UncheckedIOException(unwritable);
            }
            if (!Unpacking.carriesLibrary()) {
                throw new IllegalStateException("no library to load");
            }
            done = true;
        }
    }

    /** Once in a process, when the library has been loaded. */
    private static final class Ending {

        static {
            NativeSwitches.endWithoutTakingApart();
            // And once more when the process ends: what the libraries made since then would be taken apart before.
            try {
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(NativeSwitches::endWithoutTakingApart, "end of PyTorch"));
            } catch (IllegalStateException ending) {
                NativeSwitches.endWithoutTakingApart();
            }
        }

        static void prepare() {
            // done when this class was loaded
        }
    }

    private Torch(PtNDManager root, int threads, TorchDevice device) {
        this.root = root;
        this.threads = threads;
        this.device = device;
        this.onProcessor = device.equals(TorchDevice.CPU);
        this.host = onProcessor ? root : root.newSubManager(Device.cpu());
    }

    /**
     * Loads the engine, once in a process, and sets how many threads its operators use from now on.
     *
     * @param threads 1 or more; the number is part of what makes a result repeatable
     */
    public static Torch open(int threads) {
        return open(threads, TorchDevice.CPU);
    }

    /**
     * Loads the engine as {@link #open(int)} does, to compute on a device.
     *
     * @throws RefusalException if there is no such device, or none that the library that was loaded can use
     */
    public static Torch open(int threads, TorchDevice device) {
        return open(threads, device, false);
    }

    /**
     * The same. A graphics card computes the same numbers each time: deterministic algorithms alone, none chosen by how long
     * it took, and what has no such algorithm fails.
     *
     * @param tf32 whether cards round what they multiply in 32 bits, which is faster; the last one opened on a card decides for
     *     all of the process
     * @throws RefusalException if there is no such device, or none that the library that was loaded can use
     */
    public static Torch open(int threads, TorchDevice device, boolean tf32) {
        if (threads < 1) {
            throw new IllegalArgumentException("PyTorch needs 1 thread or more, not " + threads);
        }
        // DJL reads these when it loads: nothing is fetched, nothing is reported, and no second pool waits beside.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        try {
            Unpacked.once();
            Engine engine = Engine.getEngine("PyTorch");
            Ending.prepare();
            JniUtils.setNumThreads(threads);
            if (device.gpu() >= engine.getGpuCount()) {
                String found = engine.getGpuCount() == 0
                        ? "no graphics card here that it can use"
                        : "only the " + engine.getGpuCount() + " graphics cards from gpu:0 on here";
                throw new RefusalException("The device " + device + " cannot be used, because PyTorch finds " + found
                        + "; give --device cpu, or see with 'streamclr check-gpu' what is missing");
            }
            Device place = device.gpu() < 0 ? Device.cpu() : Device.gpu(device.gpu());
            if (place.equals(Device.cpu())) {
                NativeSwitches.ofTorch().nnPack(false);
                NativeSwitches.keepFreedMemory(System.getenv());
            } else {
                compute(CardArithmetic.repeatable(tf32), System.getenv());
            }
            return new Torch((PtNDManager) engine.newBaseManager(place), threads, device);
        } catch (EngineException | IllegalStateException | UncheckedIOException | UnsatisfiedLinkError broken) {
            throw notLoaded(broken);
        }
    }

    /** Has cards compute so. @param environment of this process */
    static void compute(CardArithmetic how, Map<String, String> environment) {
        if (!CUBLAS_REPEATABLE.contains(environment.getOrDefault(CUBLAS, ""))) {
            NativeSwitches.setEnvironment(CUBLAS, CUBLAS_REPEATABLE.get(0));
        }
        NativeSwitches.ofTorch().cards(how);
    }

    /** Whether it computes on the processor. */
    public boolean isOnProcessor() {
        return onProcessor;
    }

    /**
     * Has the operators that this thread calls next use the number of threads that this was opened with, where another was
     * opened with another number since. Nobody else may compute meanwhile.
     */
    public void useThreads() {
        JniUtils.setNumThreads(threads);
    }

    static RefusalException notLoaded(Throwable broken) {
        if (!Unpacking.carriesLibrary()) {
            return new RefusalException(
                    "PyTorch's native library is not here, because this is a build without it; run the same command with the"
                            + " image streamclr/trainer and --entrypoint streamclr, or name the library's folder in the"
                            + " environment as PYTORCH_LIBRARY_PATH",
                    broken);
        }
        for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains(DRIVER)) {
                return new RefusalException(
                        "PyTorch's native library for graphics cards needs NVIDIA's driver, whose " + DRIVER
                                + " is not here; install the driver, 550 or newer, or give the container the card, or leave"
                                + " PYTORCH_LIBRARY_PATH out of the environment to compute on the processor",
                        broken);
            }
            if (cause instanceof IOException) {
                return new RefusalException(
                        "PyTorch's native library cannot be unpacked into " + Utils.getEngineCacheDir("pytorch") + " ("
                                + cause.getMessage() + "); it takes " + LIBRARY_MIB
                                + " MiB, so make room there, or name"
                                + " another folder in the environment as ENGINE_CACHE_DIR",
                        broken);
            }
        }
        return new RefusalException(
                "PyTorch's native library does not load here (" + broken.getMessage()
                        + "); StreamCLR carries it for Linux with glibc, on x86-64 and arm64, and for Macs with Apple"
                        + " silicon, so run it there",
                broken);
    }

    /**
     * In which way these convolutions are computed rightly: some machines compute wrong numbers in the fastest way, or end
     * the process. Once for a machine and these convolutions that takes a second or a few, for a child process tries them.
     * To be asked before the first convolution of a process, and before each new kind.
     *
     * @throws RefusalException if this machine computes them rightly in no way
     */
    public ConvolutionWay wayOf(List<Convolution> convolutions) {
        return onProcessor ? Check.OF_PROCESS.way(threads, convolutions) : ConvolutionWay.FULL;
    }

    /**
     * Whether a processor with instructions for 16 bits computes these convolutions rightly by them, which a child process
     * tries as for {@link #wayOf}. Loads no library into this process, and decides nothing for it.
     *
     * @throws RefusalException if the library cannot be unpacked, or a trial does not come to its end
     */
    public static boolean fastInSixteenBits(int threads, List<Convolution> convolutions) {
        try {
            Unpacked.once();
        } catch (IllegalStateException | UncheckedIOException broken) {
            throw notLoaded(broken);
        }
        return Check.OF_PROCESS.fastInSixteenBits(threads, convolutions);
    }

    /** Has convolutions computed in the way that {@link #wayOf} gave; others in another way wait meanwhile. */
    public <T> T compute(ConvolutionWay way, Supplier<T> work) {
        return onProcessor ? Check.TURNS.in(way, work) : work.get();
    }

    /** The name of a way, as rounding hangs on it; on a graphics card its kind, where somebody says it. */
    public Optional<String> name(ConvolutionWay way) {
        return onProcessor ? Optional.of(way.within(System.getenv())) : device.kind();
    }

    /**
     * Has the way of this name, from {@link #name}, taken for the first network of this process if it is right for it.
     * Without effect after that, and for a name that is none here.
     */
    public void preferWay(String name) {
        if (onProcessor) {
            Stream.of(ConvolutionWay.values())
                    .filter(way -> way.within(System.getenv()).equals(name))
                    .forEach(Check.OF_PROCESS::prefer);
        }
    }

    /** Opens a scope of its own, as for weights; a scope inside a scope comes from {@link Scope#inner}. */
    public Scope scope() {
        return new Scope((PtNDManager) root.newSubManager(), host);
    }

    /**
     * Compiles TorchScript into a module without weights, whose methods are then called by name.
     *
     * @param methods the methods' text as {@link ScriptModule#withMethods} has it, each taking {@code self}; types other
     *     than {@code Tensor} are annotated
     * @throws IllegalArgumentException if PyTorch does not take the text; the message names the line
     */
    public Script compile(String methods) {
        byte[] archive = ScriptModule.named("Script").withMethods(methods).archived("script");
        try (InputStream bytes = new ByteArrayInputStream(archive)) {
            return new Script(JniUtils.loadModule(root, bytes, false, false), this, NumbersRead.in(methods));
        } catch (EngineException wrong) {
            throw new IllegalArgumentException("PyTorch does not take this script: " + wrong.getMessage(), wrong);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
    }

    /**
     * Loads a TorchScript archive with its weights; they stay on this side of the call, frozen.
     *
     * @throws RefusalException if there is no such file or PyTorch cannot read it
     */
    public Script load(Path archive) {
        requireZip(archive);
        try (InputStream bytes = Files.newInputStream(archive)) {
            return new Script(JniUtils.loadModule(root, bytes, false, false), this, NumbersRead.in(""));
        } catch (EngineException wrong) {
            throw new RefusalException(
                    "The file " + archive + " is not a TorchScript archive that PyTorch can load (" + firstLine(wrong)
                            + "); give an encoder.pt that StreamCLR wrote",
                    wrong);
        } catch (IOException unreadable) {
            throw unreadable(archive, unreadable);
        }
    }

    /** PyTorch reports what is no zip with a page of native stack, so that is found out before. */
    private static void requireZip(Path archive) {
        try (InputStream bytes = Files.newInputStream(archive)) {
            byte[] begin = bytes.readNBytes(2);
            if (begin.length < 2 || begin[0] != 'P' || begin[1] != 'K') {
                throw new RefusalException("The file " + archive + " is not a TorchScript archive, because it does not"
                        + " begin as a zip file does; give an encoder.pt that StreamCLR wrote");
            }
        } catch (NoSuchFileException missing) {
            throw new RefusalException(
                    "The file " + archive + " does not exist; give an encoder.pt that StreamCLR wrote", missing);
        } catch (IOException unreadable) {
            throw unreadable(archive, unreadable);
        }
    }

    private static RefusalException unreadable(Path archive, IOException reason) {
        return new RefusalException(
                "The file " + archive + " cannot be read (" + FileFault.of(reason)
                        + "); give an encoder.pt that this user may read",
                reason);
    }

    private static String firstLine(Exception exception) {
        return String.valueOf(exception.getMessage()).lines().findFirst().orElse("no reason given");
    }

    PtNDManager root() {
        return root;
    }

    void countNative(long nanos) {
        nativeNanos += nanos;
    }

    /**
     * Returns when a card has done all that it was given; on a processor at once, where every call does its work itself. To
     * measure, and for nothing else: meanwhile the card is given nothing.
     */
    public void awaitDevice() {
        if (!onProcessor) {
            try (Scope waiting = scope()) {
                // A copy to the host's memory comes after what the card was given before.
                waiting.zeros(1).floats();
            }
        }
    }

    /** Seconds spent in calls of scripts so far. */
    public double nativeSeconds() {
        return nativeNanos / 1e9;
    }

    /** How many tensors and scopes are open directly under this engine; constant in a loop that leaks nothing. */
    public int openHandles() {
        return root.getManagedArrays().size();
    }

    @Override
    public void close() {
        NDManager all = root;
        all.close();
    }
}
