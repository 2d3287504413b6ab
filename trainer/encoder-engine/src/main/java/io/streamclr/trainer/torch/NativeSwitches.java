package io.streamclr.trainer.torch;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/** Switches of the library that was loaded which DJL does not reach: methods of libtorch's one {@code at::Context}. */
final class NativeSwitches {

    private static final int HANG_UP = 1;
    private static final int INTERRUPT = 2;
    private static final Pointer IGNORED = Pointer.createConstant(1);

    /** Of malloc.h. */
    private static final int TRIM_THRESHOLD = -1;

    private static final int TOP_PAD = -2;
    private static final int MOST_MAPPED = -4;
    /** What glibc reserves at once for a thread; with less at hand it gives whole ones back, used or not a moment later. */
    private static final int RESERVED = 64 << 20;

    /** Variables of the environment by which glibc is told the same, or another size above which it maps memory. */
    private static final Set<String> SETTINGS_OF_MEMORY =
            Set.of("MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_", "MALLOC_MMAP_MAX_", "MALLOC_MMAP_THRESHOLD_");

    private final NativeLibrary library;
    private final Pointer context;

    private NativeSwitches(NativeLibrary library, Pointer context) {
        this.library = library;
        this.context = context;
    }

    /** @throws RefusalException if it is a library of another kind */
    static NativeSwitches ofTorch() {
        try {
            NativeLibrary library = NativeLibrary.getInstance(file().toString());
            return new NativeSwitches(
                    library, library.getFunction("_ZN2at13globalContextEv").invokePointer(new Object[0]));
        } catch (UnsatisfiedLinkError | RuntimeException other) {
            throw unreachable(other);
        }
    }

    /** The library's largest file. */
    static Path file() {
        return Path.of(LibUtils.getLibtorchPath()).resolve(System.mapLibraryName("torch_cpu"));
    }

    /** Intel's library of convolutions. */
    void oneDnn(boolean used) {
        set("_ZN2at7Context20setUserEnabledMkldnnEb", used);
    }

    /** A library for phones, which complains of each convolution that it could have computed on another machine. */
    void nnPack(boolean used) {
        set("_ZN2at7Context20setUserEnabledNNPACKEb", used);
    }

    /**
     * How graphics cards compute. The library for processors has these switches too. Memory that is asked for is not filled
     * beforehand, which the deterministic algorithms otherwise do: nothing here reads what it did not write.
     */
    void cards(CardArithmetic how) {
        set("_ZN2at7Context21setDeterministicCuDNNEb", how.deterministic());
        set("_ZN2at7Context26setDeterministicAlgorithmsEbb", how.deterministic(), false);
        set("_ZN2at7Context39setDeterministicFillUninitializedMemoryEb", !how.deterministic());
        set("_ZN2at7Context17setBenchmarkCuDNNEb", how.tries());
        set("_ZN2at7Context17setAllowTF32CuDNNEb", how.tf32());
        set("_ZN2at7Context18setAllowTF32CuBLASEb", how.tf32());
    }

    /** What {@link #cards(CardArithmetic)} set, or what the library begins with; all or nothing of each kind. */
    CardArithmetic cards() {
        return new CardArithmetic(
                both("_ZNK2at7Context18deterministicCuDNNEv", "_ZNK2at7Context23deterministicAlgorithmsEv"),
                isSet("_ZNK2at7Context14benchmarkCuDNNEv"),
                both("_ZNK2at7Context14allowTF32CuDNNEv", "_ZNK2at7Context15allowTF32CuBLASEv"));
    }

    private boolean both(String one, String other) {
        return isSet(one) && isSet(other);
    }

    private boolean isSet(String method) {
        try {
            // The other bits of the register may hold anything.
            return (library.getFunction(method).invokeInt(new Object[] {context}) & 1) == 1;
        } catch (UnsatisfiedLinkError missing) {
            throw unreachable(missing);
        }
    }

    private void set(String method, boolean... used) {
        Object[] arguments = new Object[1 + used.length];
        arguments[0] = context;
        for (int i = 0; i < used.length; i++) {
            arguments[1 + i] = (byte) (used[i] ? 1 : 0);
        }
        try {
            Function function = library.getFunction(method);
            function.invokeVoid(arguments);
        } catch (UnsatisfiedLinkError missing) {
            throw unreachable(missing);
        }
    }

    /** In the C library, where native code looks; Java's own map keeps what the process began with. */
    static void setEnvironment(String name, String value) {
        try {
            NativeLibrary.getInstance(Platform.C_LIBRARY_NAME)
                    .getFunction("setenv")
                    .invokeInt(new Object[] {name, value, 1});
        } catch (UnsatisfiedLinkError missing) {
            throw unreachable(missing);
        }
    }

    /**
     * Has the C library keep the memory that tensors leave for those that come next, where it would give it back to the
     * system after many an operator. A page that is asked for again is filled with zeros first, and a network's step on a
     * processor can spend half of its time on that. What the environment says of this memory stands.
     *
     * @param environment of this process
     */
    static void keepFreedMemory(Map<String, String> environment) {
        if (saysHowToKeepMemory(environment)) {
            return;
        }
        try {
            Function set = NativeLibrary.getInstance(Platform.C_LIBRARY_NAME).getFunction("mallopt");
            set.invokeInt(new Object[] {TRIM_THRESHOLD, -1});
            set.invokeInt(new Object[] {TOP_PAD, RESERVED});
            set.invokeInt(new Object[] {MOST_MAPPED, 0});
        } catch (UnsatisfiedLinkError otherLibrary) {
            return; // macOS and musl have no such function
        }
    }

    static boolean saysHowToKeepMemory(Map<String, String> environment) {
        return !Collections.disjoint(environment.keySet(), SETTINGS_OF_MEMORY)
                || environment.getOrDefault("GLIBC_TUNABLES", "").contains("glibc.malloc.");
    }

    /**
     * Has the process end without taking the libraries apart that were loaded so far: a thread may still compute with them,
     * and the process would die of that by a signal. glibc calls what is registered last first, and that is what ends the
     * process at once.
     */
    static void endWithoutTakingApart() {
        try {
            NativeLibrary c = NativeLibrary.getInstance(Platform.C_LIBRARY_NAME);
            c.getFunction("on_exit").invokeInt(new Object[] {c.getFunction("_exit"), Pointer.NULL});
        } catch (UnsatisfiedLinkError otherLibrary) {
            return; // macOS has no such function, and takes its libraries apart
        }
    }

    /** Ctrl-C and the end of a terminal go to all processes that were started from it; this one stays. */
    static void ignoreSignalsOfTheTerminal() {
        Function signal = NativeLibrary.getInstance(Platform.C_LIBRARY_NAME).getFunction("signal");
        for (int number : new int[] {HANG_UP, INTERRUPT}) {
            signal.invokePointer(new Object[] {number, IGNORED});
        }
    }

    /** The number of the user that this process runs as. */
    static int user() {
        return NativeLibrary.getInstance(Platform.C_LIBRARY_NAME)
                .getFunction("geteuid")
                .invokeInt(new Object[0]);
    }

    private static RefusalException unreachable(Throwable reason) {
        return new RefusalException(
                "How PyTorch's native library computes cannot be set (" + reason.getMessage()
                        + "); use the library that StreamCLR carries, without PYTORCH_LIBRARY_PATH",
                reason);
    }
}
