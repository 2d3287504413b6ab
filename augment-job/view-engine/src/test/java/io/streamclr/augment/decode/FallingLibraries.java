package io.streamclr.augment.decode;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.streamclr.augment.decode.child.Reply;
import io.streamclr.augment.decode.child.Service;
import io.streamclr.augment.decode.child.Serving;
import io.streamclr.augment.decode.heif.HeifLibrary;
import io.streamclr.augment.decode.jxl.JxlLibrary;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The program of decoding processes with libraries that a file can make fall: its last bytes say how. */
final class FallingLibraries {

    private FallingLibraries() {}

    /** What a library with a flaw can do to its process. */
    enum Fall {
        BAD_ADDRESS,
        ABORT,
        KILLED,
        NO_MEMORY,
        NO_END,
        NONSENSE,
        EXIT,
        NOISE
    }

    /** The file with a box after its end that no decoder looks at. */
    static byte[] falling(byte[] file, Fall fall) {
        byte[] word = word(fall);
        return ByteBuffer.allocate(file.length + 8 + word.length)
                .put(file)
                .putInt(8 + word.length)
                .put("free".getBytes(StandardCharsets.US_ASCII))
                .put(word)
                .array();
    }

    private static byte[] word(Fall fall) {
        return ("fall:" + fall).getBytes(StandardCharsets.US_ASCII);
    }

    public static void main(String[] arguments) throws IOException {
        Serving.run(arguments, new Falling(new HeifLibrary()), new Falling(new JxlLibrary()));
    }

    /** Of the C library. */
    interface Functions extends Library {
        void abort();

        int raise(int signal);
    }

    private record Falling(Service sound) implements Service {

        @Override
        public String library() {
            return sound.library();
        }

        @Override
        public boolean load() {
            return sound.load();
        }

        @Override
        public void answer(DataInputStream question, Memory file, Reply reply) throws IOException {
            for (Fall fall : Fall.values()) {
                byte[] word = word(fall);
                if (file.size() > word.length
                        && Arrays.equals(word, file.getByteArray(file.size() - word.length, word.length))) {
                    fall(fall, reply);
                }
            }
            sound.answer(question, file, reply);
        }

        private static void fall(Fall fall, Reply reply) throws IOException {
            Functions libc = Native.load(null, Functions.class);
            switch (fall) {
                case BAD_ADDRESS -> new Pointer(64).getByte(0);
                case ABORT -> libc.abort();
                case KILLED -> libc.raise(9);
                case NO_MEMORY -> takeAll();
                case NO_END -> stay();
                case NONSENSE -> reply.begin().write(new byte[64]);
                case EXIT -> Runtime.getRuntime().halt(3);
                case NOISE -> {
                    System.out.print("libnoise: information\n".repeat(100_000));
                    System.err.print("libnoise: warning\n".repeat(100_000));
                }
            }
        }

        private static void stay() {
            while (Thread.currentThread().isAlive()) {
                LockSupport.park(); // who waits for an answer cannot tell this from computing
            }
        }

        private static void takeAll() {
            List<Memory> all = new ArrayList<>();
            while (true) {
                Memory more = new Memory(16 << 20);
                more.clear();
                all.add(more);
            }
        }
    }
}
