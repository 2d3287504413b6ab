package io.streamclr.augment.decode.child;

import com.sun.jna.Memory;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.IIOException;

/** The other side of {@link LibraryProcess}: answers until nobody asks any more. */
public final class Serving {

    private static final int BUFFER = 1 << 16;

    private final byte[] piece = new byte[BUFFER];
    private final DataInputStream in;
    private final DataOutputStream out;
    private final List<Service> services;
    private Memory file;

    private Serving(DataInputStream in, DataOutputStream out, List<Service> services) {
        this.in = in;
        this.out = out;
        this.services = services;
    }

    /**
     * The whole life of a child: loads libraries, limits its memory, answers, and ends when its input does, which is when
     * its parent ends.
     *
     * @param arguments of the process: how many bytes of memory it may take beside what it has when it has begun
     */
    public static void run(String[] arguments, Service... services) throws IOException {
        DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(OwnProcess.takeOutput(), BUFFER));
        List<Service> loaded = new ArrayList<>();
        for (Service service : services) {
            if (service.load()) {
                loaded.add(service);
            }
        }
        Optional<String> flaw = OwnProcess.set(Long.parseLong(arguments[0]));
        Outcome.ANSWER.writeTo(out);
        out.writeUTF(flaw.orElse(""));
        out.writeInt(loaded.size());
        for (Service service : loaded) {
            out.writeUTF(service.library());
        }
        out.flush();
        if (flaw.isEmpty()) {
            new Serving(in, out, loaded).answerAll();
        }
    }

    private void answerAll() throws IOException {
        try {
            for (int request = in.read(); request >= 0; request = in.read()) {
                if (request == Request.FILE) {
                    take(in.readInt());
                } else {
                    Service service = of(in.readUTF());
                    byte[] question = in.readNBytes(in.readInt());
                    OwnProcess.endSomeday();
                    answer(service, new DataInputStream(new ByteArrayInputStream(question)));
                    out.flush();
                    OwnProcess.goOn();
                }
            }
        } catch (EOFException parentEnded) {
            // As if it had come between two questions.
        }
    }

    private Service of(String library) throws IOException {
        for (Service service : services) {
            if (service.library().equals(library)) {
                return service;
            }
        }
        throw new IOException("asked of a library that is not there: " + library);
    }

    /** Straight into memory of the library's kind: this process has no heap for a file. */
    private void take(int length) throws IOException {
        if (file != null) {
            file.close();
        }
        file = new Memory(length);
        for (int done = 0; done < length; ) {
            int got = in.read(piece, 0, Math.min(piece.length, length - done));
            if (got < 0) {
                throw new EOFException();
            }
            file.write(done, piece, 0, got);
            done += got;
        }
    }

    private void answer(Service service, DataInputStream question) throws IOException {
        Reply reply = new Reply(out);
        try {
            service.answer(question, file, reply);
        } catch (IOException | RuntimeException | OutOfMemoryError why) {
            if (reply.begun()) {
                throw why;
            }
            Outcome outcome = why instanceof OutOfMemoryError
                    ? Outcome.OUT_OF_MEMORY
                    : why instanceof IIOException ? Outcome.UNSUPPORTED : Outcome.BROKEN;
            outcome.writeTo(out);
            out.writeUTF(String.valueOf(why.getMessage()));
        }
    }
}
