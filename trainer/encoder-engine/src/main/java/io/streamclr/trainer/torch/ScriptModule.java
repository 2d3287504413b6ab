package io.streamclr.trainer.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A TorchScript module as plain data: a class with code, parameters, buffers and child modules. What it writes loads
 * in {@link Torch#load}, in Python's {@code torch.jit.load} and in C++, with the names of its attributes as names in
 * {@code state_dict()}.
 *
 * <p>Classes are distinguished by name, so two modules of one class name must have equal code and equal attribute names.
 */
public final class ScriptModule {

    /** @param values 32-bit floats of a parameter or buffer, row-major; owned by the caller, never written to */
    record FloatTensor(float[] values, long[] shape) {}

    private final String className;
    private String methods = "";
    private final Map<String, FloatTensor> parameters = new LinkedHashMap<>();
    private final Map<String, FloatTensor> buffers = new LinkedHashMap<>();
    private final Map<String, Long> counters = new LinkedHashMap<>();
    private final Map<String, ScriptModule> children = new LinkedHashMap<>();

    private ScriptModule(String className) {
        this.className = className;
    }

    /** A module of a class with this name, a Python identifier. */
    public static ScriptModule named(String className) {
        return new ScriptModule(className);
    }

    /**
     * Its methods, each indented by two spaces. Constants stand by their names in Python, such as {@code torch.float32} and
     * {@code torch.channels_last}; an archive has no names for them, so their numbers are written.
     */
    public ScriptModule withMethods(String text) {
        methods = text;
        return this;
    }

    /** Adds a trainable tensor. */
    public ScriptModule withParameter(String name, float[] values, long... shape) {
        parameters.put(name, new FloatTensor(values, shape));
        return this;
    }

    /** Adds a tensor that is no parameter. */
    public ScriptModule withBuffer(String name, float[] values, long... shape) {
        buffers.put(name, new FloatTensor(values, shape));
        return this;
    }

    /** Adds a 64-bit integer buffer without dimensions. */
    public ScriptModule withCounter(String name, long value) {
        counters.put(name, value);
        return this;
    }

    /** The child of this name; made, with this class name, where there is none. Names may be numbers. */
    public ScriptModule child(String name, String childClass) {
        return children.computeIfAbsent(name, unseen -> named(childClass));
    }

    /** The archive in memory, for small modules. */
    byte[] archived(String folder) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writeTo(bytes, folder);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }

    /**
     * Writes the archive: a zip of stored entries with the code as text, the module object as a pickle and each tensor
     * as a raw little-endian entry.
     *
     * @param folder the name of the one folder inside the archive
     */
    public void writeTo(OutputStream target, String folder) throws IOException {
        List<FloatTensor> storages = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        Pickle pickle = new Pickle();
        pickle(pickle, storages, numbers);
        Map<String, String> classes = new LinkedHashMap<>();
        declare(classes);
        StoredZip zip = new StoredZip(target, folder);
        zip.entry("data.pkl", pickle.finished());
        zip.entry("code/__torch__.py", String.join("", classes.values()).getBytes(StandardCharsets.UTF_8));
        zip.entry("constants.pkl", new Pickle().emptyTuple().finished());
        zip.entry("version", "4\n".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < storages.size(); i++) {
            zip.entry("data/" + i, storages.get(i).values());
        }
        for (int i = 0; i < numbers.size(); i++) {
            zip.entry("data/" + (storages.size() + i), numbers.get(i));
        }
        zip.finish();
    }

    private void pickle(Pickle pickle, List<FloatTensor> storages, List<Long> numbers) {
        int floats = countFloats();
        pickle(pickle, storages, numbers, floats);
    }

    private int countFloats() {
        int own = parameters.size() + buffers.size();
        return own
                + children.values().stream().mapToInt(ScriptModule::countFloats).sum();
    }

    /** Float storages are numbered from 0, integer storages after them from {@code floats}. */
    private void pickle(Pickle pickle, List<FloatTensor> storages, List<Long> numbers, int floats) {
        pickle.beginObject(className);
        pickle.attribute("training").bool(false);
        parameters.forEach((name, tensor) -> {
            pickle.attribute(name).tensor("FloatStorage", storages.size(), tensor.shape(), true);
            storages.add(tensor);
        });
        buffers.forEach((name, tensor) -> {
            pickle.attribute(name).tensor("FloatStorage", storages.size(), tensor.shape(), false);
            storages.add(tensor);
        });
        counters.forEach((name, value) -> {
            pickle.attribute(name).tensor("LongStorage", floats + numbers.size(), new long[0], false);
            numbers.add(value);
        });
        children.forEach((name, child) -> {
            pickle.attribute(name);
            child.pickle(pickle, storages, numbers, floats);
        });
        pickle.endObject();
    }

    /** Children first: a class is declared before it is used. */
    private void declare(Map<String, String> classes) {
        children.values().forEach(child -> child.declare(classes));
        StringBuilder text = new StringBuilder("class " + className + "(Module):\n");
        text.append("  __parameters__ = [").append(quoted(parameters.keySet())).append("]\n");
        List<String> bufferNames = new ArrayList<>(buffers.keySet());
        bufferNames.addAll(counters.keySet());
        text.append("  __buffers__ = [").append(quoted(bufferNames)).append("]\n");
        boolean numbered = children.keySet().stream().anyMatch(ScriptModule::isNumber);
        text.append(numbered ? "  __annotations__ = []\n" : "").append("  training : bool\n");
        parameters.keySet().forEach(name -> text.append("  " + name + " : Tensor\n"));
        bufferNames.forEach(name -> text.append("  " + name + " : Tensor\n"));
        children.forEach((name, child) -> text.append(
                isNumber(name)
                        ? "  __annotations__[\"" + name + "\"] = __torch__." + child.className + "\n"
                        : "  " + name + " : __torch__." + child.className + "\n"));
        text.append(TorchConstants.inNumbers(methods));
        String before = classes.putIfAbsent(className, text.toString());
        if (before != null && !before.equals(text.toString())) {
            throw new IllegalStateException("Two different classes are called " + className);
        }
    }

    private static boolean isNumber(String name) {
        return Character.isDigit(name.charAt(0));
    }

    private static String quoted(Iterable<String> names) {
        StringBuilder list = new StringBuilder();
        names.forEach(name -> list.append('"').append(name).append("\", "));
        return list.toString();
    }
}
