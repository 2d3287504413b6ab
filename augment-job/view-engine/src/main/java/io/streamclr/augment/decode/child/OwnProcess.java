package io.streamclr.augment.decode.child;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a child does to itself before it sees the first file, by the C library of Linux. */
final class OwnProcess {

    /** The resource "address space" of Linux. */
    private static final int ADDRESS_SPACE = 9;

    private static final int INTERRUPT = 2;
    private static final int TERMINATE = 15;
    private static final Pointer IGNORED = new Pointer(1);

    /** Much later than the parent would end it; it only counts where there is no parent any more. */
    private static final int LAST_SECONDS = 10 * 60;

    private static final long LEAST_TRIED = 1 << 20;

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path FIRST_TO_GO = Path.of("/proc/self/oom_score_adj");

    private static final int OUTPUT = 1;
    private static final int ERRORS = 2;

    private static final Functions LIBC = Native.load(null, Functions.class);

    private OwnProcess() {}

    /** Of the C library. */
    interface Functions extends Library {
        /** @param limits the one that counts, and the one up to which it may be raised */
        int getrlimit(int resource, long[] limits);

        /** @param limits the one that counts, and the one up to which it may be raised */
        int setrlimit(int resource, long[] limits);

        int dup(int descriptor);

        int dup2(int descriptor, int as);

        Pointer signal(int number, Pointer handler);

        int alarm(int seconds);
    }

    /**
     * The output of this process, which from now on nobody has but who asked for it: what libraries print there, and a JVM that
     * dies, goes where errors go.
     */
    static OutputStream takeOutput() throws IOException {
        int mine = LIBC.dup(OUTPUT);
        if (mine < 0 || LIBC.dup2(ERRORS, OUTPUT) < 0) {
            throw new IOException("the output of this process cannot be taken apart from its errors");
        }
        return Files.newOutputStream(Path.of("/proc/self/fd/" + mine));
    }

    /**
     * Limits this process's memory for good.
     *
     * @param more bytes of addresses that it may take beside those that it has
     * @return why that fails; empty if the limit holds
     */
    static Optional<String> set(long more) throws IOException {
        if (Native.POINTER_SIZE != Long.BYTES) {
            return Optional.of("its memory can be limited on Linux of 64 bits only");
        }
        // Whoever ends a group of processes from a terminal ends the parent, and with it this one.
        LIBC.signal(INTERRUPT, IGNORED);
        LIBC.signal(TERMINATE, IGNORED);
        goFirstWhenMemoryIsShort();
        long limit = addresses() + more;
        long[] had = new long[2];
        if (LIBC.getrlimit(ADDRESS_SPACE, had) != 0) {
            return Optional.of("its memory cannot be limited there");
        }
        if (Long.compareUnsigned(had[0], limit) > 0 && LIBC.setrlimit(ADDRESS_SPACE, new long[] {limit, limit}) != 0) {
            return Optional.of("its memory cannot be limited there");
        }
        long beyond = Native.malloc(more + LEAST_TRIED);
        if (beyond != 0) {
            Native.free(beyond);
            return Optional.of("limits of memory are not kept there");
        }
        return Optional.empty();
    }

    private static long addresses() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmSize:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        throw new IOException(STATUS + " says nothing of VmSize");
    }

    private static void goFirstWhenMemoryIsShort() {
        try {
            Files.writeString(FIRST_TO_GO, "1000");
        } catch (IOException notHere) {
            // Then the system chooses by itself.
        }
    }

    /** Has the system end this process if nobody asks it to go on: whoever would end it may be gone. */
    static void endSomeday() {
        LIBC.alarm(LAST_SECONDS);
    }

    static void goOn() {
        LIBC.alarm(0);
    }
}
