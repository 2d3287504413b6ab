package io.streamclr.trainer.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes the few pickle opcodes (protocol 2; Python's {@code pickletools} lists them) that a TorchScript archive needs.
 */
final class Pickle {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Pickle() {
        op(0x80).op(2);
    }

    /** Begins an object of a class of the archive; its attributes follow. */
    void beginObject(String className) {
        global("__torch__", className).op(')').op(0x81).op('}').op('(');
    }

    void endObject() {
        op('u').op('b');
    }

    /** Names the attribute whose value comes next. */
    Pickle attribute(String name) {
        return string(name);
    }

    void bool(boolean value) {
        op(value ? 0x88 : 0x89);
    }

    /** A whole storage of the archive as a dense row-major tensor, the way {@code torch._utils} rebuilds it. */
    void tensor(String storageType, int storage, long[] shape, boolean parameter) {
        global("torch._utils", "_rebuild_tensor_v2").op('(');
        op('(').string("storage").global("torch", storageType);
        string(Integer.toString(storage)).string("cpu");
        number(product(shape, 0)).op('t').op('Q');
        number(0);
        op('(');
        for (long side : shape) {
            number(side);
        }
        op('t').op('(');
        for (int i = 0; i < shape.length; i++) {
            number(product(shape, i + 1));
        }
        op('t');
        bool(parameter);
        global("collections", "OrderedDict").op(')').op('R');
        op('t').op('R');
    }

    Pickle emptyTuple() {
        return op(')');
    }

    byte[] finished() {
        op('.');
        return bytes.toByteArray();
    }

    private static long product(long[] shape, int from) {
        long product = 1;
        for (int i = from; i < shape.length; i++) {
            product *= shape[i];
        }
        return product;
    }

    private Pickle global(String module, String name) {
        bytes.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    private Pickle string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return op('X').little(utf8.length, 4).raw(utf8);
    }

    private Pickle number(long value) {
        if (value < 1 << 8) {
            return op('K').little(value, 1);
        }
        return value < 1 << 16 ? op('M').little(value, 2) : op('J').little(Math.toIntExact(value), 4);
    }

    private Pickle little(long value, int width) {
        byte[] all = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        bytes.write(all, 0, width);
        return this;
    }

    private Pickle raw(byte[] more) {
        bytes.writeBytes(more);
        return this;
    }

    private Pickle op(int code) {
        bytes.write(code);
        return this;
    }
}
