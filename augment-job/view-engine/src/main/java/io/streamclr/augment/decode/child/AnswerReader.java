package io.streamclr.augment.decode.child;

import java.io.DataInputStream;
import java.io.IOException;

/** Understands what a service answers. */
@FunctionalInterface
public interface AnswerReader<T> {

    /**
     * Reads the whole answer.
     *
     * @throws IOException if it makes no sense; then the process that gave it is not asked again
     */
    T read(DataInputStream answer) throws IOException;
}
