package io.streamclr.trainer.weights;

import io.streamclr.trainer.weights.Pickled.Foreign;
import io.streamclr.trainer.weights.Pickled.Global;
import io.streamclr.trainer.weights.Pickled.Nothing;
import io.streamclr.trainer.weights.Pickled.Storage;
import io.streamclr.trainer.weights.Pickled.Tensor;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle (Python's {@code pickletools} lists the opcodes) as {@code torch.save} writes them, protocols 2 to 5. A
 * pickle is a program that may call any function of Python; this one knows how tensors are put together and calls
 * nothing. Memory is bounded by the pickle's length: no opcode makes more than one thing.
 */
final class Unpickler {

    /** Stands on the stack where a row of values begins. */
    private static final Object MARK = new Object();

    /** Attributes that are given to objects: one dictionary may be given many times. */
    private static final int MOST_ATTRIBUTES = 10_000_000;

    private final ByteBuffer code;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();
    private long attributes;

    private Unpickler(byte[] pickle) {
        code = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * What the pickle says.
     *
     * @return as {@link Pickled} lists; may hold itself
     * @throws IOException if it is damaged, or of a kind that weights are not saved in
     */
    static Object read(byte[] pickle) throws IOException {
        try {
            return new Unpickler(pickle).run();
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | ClassCastException
                | UnsupportedOperationException damaged) { // of a list that nothing may be added to
            throw new IOException("its pickle is damaged", damaged);
        }
    }

    private Object run() throws IOException {
        while (true) {
            int op = code.get() & 0xff;
            switch (op) {
                case 0x80 -> code.get(); // the protocol, which no opcode's meaning depends on
                case 0x95 -> code.getLong(); // a frame
                case '.' -> {
                    return pop();
                }
                case '(' -> stack.add(MARK);
                case '0' -> pop();
                case '1' -> sinceMark();
                case '2' -> stack.add(top());
                case '}' -> stack.add(new LinkedHashMap<>());
                case ']', 0x8f -> stack.add(new ArrayList<>());
                case ')' -> stack.add(List.of());
                case 't' -> stack.add(sinceMark());
                case 'l', 0x91 -> stack.add(sinceMark());
                case 'd' -> stack.add(put(new LinkedHashMap<>(), sinceMark()));
                case 0x85 -> stack.add(last(1));
                case 0x86 -> stack.add(last(2));
                case 0x87 -> stack.add(last(3));
                case 'N' -> stack.add(Nothing.NOTHING);
                case 0x88 -> stack.add(true);
                case 0x89 -> stack.add(false);
                case 'K' -> stack.add((long) (code.get() & 0xff));
                case 'M' -> stack.add((long) (code.getShort() & 0xffff));
                case 'J' -> stack.add((long) code.getInt());
                case 0x8a -> stack.add(number(code.get() & 0xff));
                case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(code.getLong())));
                case 'X' -> stack.add(text(code.getInt()));
                case 0x8c -> stack.add(text(code.get() & 0xff));
                case 'T' -> stack.add(text(code.getInt())); // Python 2's texts
                case 'U' -> stack.add(text(code.get() & 0xff));
                case 'B' -> passOver(code.getInt());
                case 'C' -> passOver(code.get() & 0xff);
                case 'c' -> stack.add(new Global(line(), line()));
                case 0x93 -> {
                    List<Object> names = last(2);
                    stack.add(new Global((String) names.get(0), (String) names.get(1)));
                }
                case 'q' -> memo.put((long) (code.get() & 0xff), top());
                case 'r' -> memo.put(code.getInt() & 0xffffffffL, top());
                case 0x94 -> memo.put((long) memo.size(), top());
                case 'h' -> recall(code.get() & 0xff);
                case 'j' -> recall(code.getInt() & 0xffffffffL);
                case 'a' -> append(last(1));
                case 'e', 0x90 -> append(sinceMark());
                case 's' -> set(last(2));
                case 'u' -> set(sinceMark());
                case 'Q' -> stack.add(storage(pop()));
                case 'R', 0x81 -> {
                    List<Object> call = last(2);
                    stack.add(made(call.get(0), (List<?>) call.get(1)));
                }
                case 0x92 -> {
                    List<Object> call = last(3); // and arguments by name, which only what is foreign takes
                    stack.add(made(call.get(0), (List<?>) call.get(1)));
                }
                case 'b' -> build(pop());
                default ->
                    throw new IOException(String.format("its pickle has opcode 0x%02x, which no weights need", op));
            }
        }
    }

    private Object top() {
        return stack.get(stack.size() - 1);
    }

    private Object pop() {
        return stack.remove(stack.size() - 1);
    }

    /** Takes so many values off the stack, in the order in which they came. */
    private List<Object> last(int count) {
        List<Object> end = stack.subList(stack.size() - count, stack.size());
        List<Object> taken = new ArrayList<>(end);
        end.clear();
        return taken;
    }

    private List<Object> sinceMark() {
        int mark = stack.size() - 1;
        while (stack.get(mark) != MARK) {
            mark--;
        }
        List<Object> taken = last(stack.size() - mark - 1);
        pop();
        return taken;
    }

    private void recall(long key) throws IOException {
        Object value = memo.get(key);
        if (value == null) {
            throw new IOException("its pickle is damaged");
        }
        stack.add(value);
    }

    private Long number(int length) throws IOException {
        byte[] bytes = new byte[length];
        code.get(bytes);
        for (int i = 0; i < length / 2; i++) {
            byte low = bytes[i];
            bytes[i] = bytes[length - 1 - i];
            bytes[length - 1 - i] = low;
        }
        return length == 0 ? 0 : new BigInteger(bytes).longValue(); // a larger one is no size of a tensor
    }

    private String text(int length) throws IOException {
        byte[] bytes = new byte[held(length)];
        code.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void passOver(int length) throws IOException {
        code.position(code.position() + held(length));
        stack.add(Nothing.NOTHING);
    }

    private int held(int length) throws IOException {
        if (length < 0 || length > code.remaining()) {
            throw new IOException("its pickle is damaged");
        }
        return length;
    }

    private String line() {
        int begin = code.position();
        while (code.get() != '\n') {
            // goes on
        }
        return new String(code.array(), begin, code.position() - begin - 1, StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked") // all lists on the stack are of anything
    private void append(List<Object> values) {
        if (top() instanceof List<?> list) {
            ((List<Object>) list).addAll(values);
        } // what is foreign may be a list of its own kind
    }

    private void set(List<Object> pairs) {
        Object to = top();
        if (to instanceof Foreign foreign) {
            put(foreign.state(), pairs);
        } else {
            put(map(to), pairs);
        }
    }

    @SuppressWarnings("unchecked") // all maps on the stack are of anything
    private static Map<Object, Object> map(Object value) {
        return (Map<Object, Object>) value;
    }

    /** Only what is written as text or a number names anything; other keys are left out. */
    private static Map<Object, Object> put(Map<Object, Object> map, List<Object> pairs) {
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            if (pairs.get(i) instanceof String || pairs.get(i) instanceof Long) {
                map.put(pairs.get(i), pairs.get(i + 1));
            }
        }
        return map;
    }

    /** Gives an object its attributes. */
    private void build(Object state) throws IOException {
        if (top() instanceof Foreign foreign && state instanceof Map<?, ?> map) {
            attributes += map.size();
            if (attributes > MOST_ATTRIBUTES) {
                throw new IOException("its pickle gives its objects more attributes than weights have");
            }
            map.forEach(foreign.state()::put);
        } // an ordered dictionary's are its metadata, a parameter has none that count
    }

    private static Storage storage(Object id) throws IOException {
        if (id instanceof List<?> parts
                && parts.size() >= 5
                && "storage".equals(parts.get(0))
                && parts.get(1) instanceof Global type
                && parts.get(2) instanceof String key
                && parts.get(4) instanceof Long count) {
            return new Storage(Numbers.ofStorage(type.name()).orElse(null), key, count);
        }
        throw new IOException("its pickle refers to something that is no storage of numbers");
    }

    /** What a call makes: tensors and dictionaries, and otherwise something that is not looked into. */
    private static Object made(Object what, List<?> arguments) throws IOException {
        if (!(what instanceof Global of)) {
            throw new IOException("its pickle calls something that is no function");
        }
        if (of.is("collections", "OrderedDict") || of.is("collections", "defaultdict")) {
            return new LinkedHashMap<>();
        }
        if (of.is("torch._utils", "_rebuild_tensor_v2") || of.is("torch._utils", "_rebuild_tensor")) {
            return new Tensor(
                    (Storage) arguments.get(0), (Long) arguments.get(1), longs((List<?>) arguments.get(2)), longs((List<
                                    ?>)
                            arguments.get(3)));
        }
        if (of.is("torch._utils", "_rebuild_parameter") || of.is("torch._utils", "_rebuild_parameter_with_state")) {
            return arguments.get(0);
        }
        if (of.is("torch", "Size")) {
            return arguments.get(0);
        }
        return new Foreign(of, new LinkedHashMap<>());
    }

    private static long[] longs(List<?> numbers) {
        return numbers.stream().mapToLong(number -> (Long) number).toArray();
    }
}
