package io.streamclr.trainer.weights;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;

/** A file of tensors, which are read one at a time. For one thread. */
interface TensorFile extends Closeable {

    /** The shape of each tensor of numbers, by its name in the file, in the file's order. */
    Map<String, long[]> shapes();

    /** What the file says of itself; empty where its format has no place for that. */
    Map<String, String> metadata();

    /** Whether it is a TorchScript module, whose code says what else there is to know. */
    boolean isScript();

    /**
     * The values of a tensor, row-major.
     *
     * @param name one of {@link #shapes}
     * @throws IOException if the file does not hold what it claims
     */
    float[] read(String name) throws IOException;
}
