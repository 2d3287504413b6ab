package io.streamclr.augment.decode.child;

import com.sun.jna.Memory;
import java.io.DataInputStream;
import java.io.IOException;

/** A library of the system as it answers questions, in a process of its own. */
public interface Service {

    /** What the library is called; those who ask call it so. */
    String library();

    /** Loads the library; false if this machine lacks it. */
    boolean load();

    /**
     * Answers one question, or throws why there is no answer before the reply begins.
     *
     * @param question as it was asked
     * @param file that it is about
     * @throws IOException if the file is broken, or, as an {@link javax.imageio.IIOException}, of a form that is not read
     * @throws OutOfMemoryError if there is not enough memory
     */
    void answer(DataInputStream question, Memory file, Reply reply) throws IOException;
}
