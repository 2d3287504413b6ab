package io.streamclr.trainer.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;

/** A native array: shape, kind and values. It belongs to a {@link Scope} and is dead once that scope is closed. */
public final class Tensor implements AutoCloseable {

    private final NDArray array;
    private final boolean ofHost;

    Tensor(NDArray array) {
        this(array, false);
    }

    /** @param ofHost whether it is in the host's memory whatever the device is */
    Tensor(NDArray array, boolean ofHost) {
        this.array = array;
        this.ofHost = ofHost;
    }

    /** The array itself, for this room alone. */
    NDArray array() {
        return array;
    }

    /** Whether a script may read it as numbers without waiting for a card. */
    boolean ofHost() {
        return ofHost;
    }

    /** Length of each dimension; empty for a single number. */
    public long[] shape() {
        return array.getShape().getShape();
    }

    /** Number of elements. */
    public long size() {
        return array.getShape().size();
    }

    /** Marks it as a leaf that gradients are asked for; in scripts called through {@link Script#recording}. */
    public Tensor asParameter() {
        array.setRequiresGradient(true);
        return this;
    }

    /** A copy of its 32-bit floats, row-major. */
    public float[] floats() {
        return array.toFloatArray();
    }

    /** A copy of its 64-bit floats, row-major. */
    public double[] doubles() {
        return array.toDoubleArray();
    }

    /** A copy of its 64-bit integers, row-major. */
    public long[] longs() {
        return array.toLongArray();
    }

    /** The single number it holds, of 32 or 64 bits. */
    public double number() {
        if (size() != 1) {
            throw new IllegalStateException("A tensor of shape " + array.getShape() + " is not a single number");
        }
        return array.getDataType() == DataType.FLOAT64 ? array.toDoubleArray()[0] : array.toFloatArray()[0];
    }

    /** Puts its raw bytes, row-major and in native order, at the position of {@code target}, which moves on. */
    public void writeTo(ByteBuffer target) {
        target.put(array.toByteBuffer(false));
    }

    /** Frees it before its scope does. */
    @Override
    public void close() {
        array.close();
    }

    /** Kind and shape, no values. */
    @Override
    public String toString() {
        return "Tensor[" + array.getDataType() + " " + array.getShape() + "]";
    }
}
