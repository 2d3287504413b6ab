package io.streamclr.trainer.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;

/**
 * Owns tensors: what is made in a scope, results of scripts included, is freed when the scope closes. Nothing frees a
 * tensor by itself, so a step opens a scope and closes it.
 */
public final class Scope implements AutoCloseable {

    private final PtNDManager manager;
    private final PtNDManager host;

    /** @param host makes tensors in the host's memory, whatever device the manager has */
    Scope(PtNDManager manager, PtNDManager host) {
        this.manager = manager;
        this.host = host;
    }

    /** A scope that closes with this one at the latest. */
    public Scope inner() {
        return new Scope((PtNDManager) manager.newSubManager(), host);
    }

    /**
     * Unsigned bytes, without a copy: the buffer must stay unchanged until the tensor is no longer used.
     *
     * @param bytes direct; element 0 of the tensor is at its position
     */
    public Tensor bytes(ByteBuffer bytes, long... shape) {
        return shared(bytes, DataType.UINT8, 1, shape);
    }

    /**
     * Rows of unsigned bytes, without a copy where they lie in one piece; then they must stay unchanged until the tensor is no
     * longer used.
     *
     * @param shape of all of it, the number of rows first
     */
    public Tensor bytes(ByteRows rows, int from, long... shape) {
        List<ByteBuffer> parts = rows.parts(from, Math.toIntExact(shape[0]));
        if (parts.size() == 1) {
            return bytes(parts.get(0), shape);
        }
        try (Scope apart = inner()) {
            NDList arrays = new NDList();
            for (ByteBuffer part : parts) {
                long[] some = shape.clone();
                some[0] = part.remaining() / rows.rowBytes();
                arrays.add(apart.bytes(part, some).array());
            }
            return adopt(NDArrays.concat(arrays, 0));
        }
    }

    /** 64-bit integers in native order, without a copy, as {@link #bytes}. */
    public Tensor longs(ByteBuffer longs, long... shape) {
        return shared(longs, DataType.INT64, Long.BYTES, shape);
    }

    /** 32-bit floats in native order, without a copy, as {@link #bytes}. */
    public Tensor floats(ByteBuffer floats, long... shape) {
        return shared(floats, DataType.FLOAT32, Float.BYTES, shape);
    }

    /** A copy of these 64-bit integers. */
    public Tensor longs(long[] values, long... shape) {
        requireCount(values.length, shape);
        return new Tensor(manager.create(LongBuffer.wrap(values), new Shape(shape), DataType.INT64));
    }

    /** A copy of these integers as 64-bit integers, PyTorch's own kind of index. */
    public Tensor longs(int[] values, long... shape) {
        long[] wide = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return longs(wide, shape);
    }

    /** A copy of these 32-bit floats. */
    public Tensor floats(float[] values, long... shape) {
        requireCount(values.length, shape);
        return new Tensor(manager.create(FloatBuffer.wrap(values), new Shape(shape), DataType.FLOAT32));
    }

    /** A copy of these 64-bit floats. */
    public Tensor doubles(double[] values, long... shape) {
        requireCount(values.length, shape);
        return new Tensor(manager.create(DoubleBuffer.wrap(values), new Shape(shape), DataType.FLOAT64));
    }

    /**
     * Integers of 64 bits in the host's memory, whatever the device is: for what a script reads as numbers, such as {@code
     * int(x[0])}. Of a tensor in a card's memory that would wait for all that the card still has to do.
     */
    public Tensor hostLongs(long... values) {
        return ofHost(LongBuffer.wrap(values), values.length, DataType.INT64);
    }

    /** Floats of 64 bits in the host's memory, as {@link #hostLongs}. */
    public Tensor hostDoubles(double... values) {
        return ofHost(DoubleBuffer.wrap(values), values.length, DataType.FLOAT64);
    }

    private Tensor ofHost(Buffer values, int count, DataType type) {
        NDArray array = host.create(values, new Shape(count), type);
        array.attach(manager);
        return new Tensor(array, true);
    }

    /** 32-bit zeros. */
    public Tensor zeros(long... shape) {
        return new Tensor(manager.zeros(new Shape(shape), DataType.FLOAT32));
    }

    private Tensor shared(ByteBuffer buffer, DataType type, int width, long... shape) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("Only a direct buffer can be shared with native code");
        }
        requireCount(buffer.remaining() / width, shape);
        // DJL ignores a buffer's position, and a slice has none.
        ByteBuffer slice = buffer.slice().order(ByteOrder.nativeOrder());
        return new Tensor(manager.create(slice, new Shape(shape), type));
    }

    private static void requireCount(long count, long... shape) {
        long wanted = 1;
        for (long side : shape) {
            wanted = Math.multiplyExact(wanted, side);
        }
        if (wanted != count) {
            throw new IllegalArgumentException(
                    "The shape " + new Shape(shape) + " holds " + wanted + " values, but there are " + count);
        }
    }

    /** Makes this scope the owner. */
    Tensor adopt(NDArray array) {
        array.attach(manager);
        return new Tensor(array);
    }

    /** How many tensors and inner scopes are open in this scope. */
    public int openHandles() {
        return manager.getManagedArrays().size();
    }

    @Override
    public void close() {
        manager.close();
    }
}
