package io.streamclr.trainer.form;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a JSON object, each to be read once. What is missing, of another kind or left over is no file of ours:
 * nothing is made up, and nothing that somebody meant is passed over.
 */
public final class Fields {

    private final String path;
    private final ObjectNode left;

    private Fields(String path, ObjectNode left) {
        this.path = path;
        this.left = left;
    }

    /** What is read from a file's fields. */
    @FunctionalInterface
    public interface Reader<T> {

        T read(Fields fields) throws IOException;
    }

    /**
     * Reads an object to its last field.
     *
     * @throws IOException if it is no object, or the reader left a field of it, or refused one
     */
    public static <T> T read(JsonNode object, Reader<T> reader) throws IOException {
        return read("", object, reader);
    }

    private static <T> T read(String path, JsonNode object, Reader<T> reader) throws IOException {
        if (!(object instanceof ObjectNode node)) {
            throw new IOException((path.isEmpty() ? "it" : path) + " is no object");
        }
        Fields fields = new Fields(path, node.deepCopy());
        T read = reader.read(fields);
        if (!fields.left.isEmpty()) {
            throw new IOException(fields.place(fields.left.fieldNames().next()) + " is not known to this release");
        }
        return read;
    }

    private String place(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private JsonNode take(String name, boolean fits, String kind) throws IOException {
        if (!fits) {
            throw new IOException(place(name) + (left.has(name) ? " is no " + kind : " is missing"));
        }
        return left.remove(name);
    }

    /**
     * Holds the fields {@code format} and {@code version} against what is read.
     *
     * @throws IOException if they say something else
     */
    public void require(String format, int version) throws IOException {
        String its = text("format");
        int itsVersion = small("version");
        if (!its.equals(format) || itsVersion != version) {
            throw new IOException("its format is " + its + " of version " + itsVersion);
        }
    }

    /** Whether a field is there that has not been read yet. */
    public boolean has(String name) {
        return left.has(name);
    }

    /** Names of the fields that are not read yet, in their order. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        left.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Whether a field is text. */
    public boolean isText(String name) {
        return left.path(name).isTextual();
    }

    public String text(String name) throws IOException {
        return take(name, left.path(name).isTextual(), "text").textValue();
    }

    public boolean truth(String name) throws IOException {
        return take(name, left.path(name).isBoolean(), "true or false").booleanValue();
    }

    public double number(String name) throws IOException {
        return take(name, left.path(name).isNumber(), "number").doubleValue();
    }

    public long whole(String name) throws IOException {
        JsonNode field = left.path(name);
        return take(name, field.isIntegralNumber() && field.canConvertToLong(), "whole number")
                .longValue();
    }

    public int small(String name) throws IOException {
        JsonNode field = left.path(name);
        return take(name, field.isIntegralNumber() && field.canConvertToInt(), "whole number of 32 bits")
                .intValue();
    }

    /** A constant by its word. */
    public <E extends Enum<E> & Word> E word(String name, Class<E> kind) throws IOException {
        String word = text(name);
        try {
            return Word.of(kind, word);
        } catch (IllegalArgumentException unknown) {
            throw new IOException(place(name) + ": " + unknown.getMessage(), unknown);
        }
    }

    /** Reads an object within this one, to its last field. */
    public <T> T object(String name, Reader<T> reader) throws IOException {
        return read(place(name), take(name, left.path(name).isObject(), "object"), reader);
    }

    /** Reads objects in a list, each to its last field. */
    public <T> List<T> objects(String name, Reader<T> reader) throws IOException {
        List<T> read = new ArrayList<>();
        for (JsonNode one : take(name, left.path(name).isArray(), "list")) {
            read.add(read(place(name) + "[" + read.size() + "]", one, reader));
        }
        return read;
    }

    public List<String> texts(String name) throws IOException {
        List<String> read = new ArrayList<>();
        for (JsonNode one : take(name, left.path(name).isArray(), "list")) {
            if (!one.isTextual()) {
                throw new IOException(place(name) + " holds what is no text");
            }
            read.add(one.textValue());
        }
        return read;
    }

    public List<Double> numbers(String name) throws IOException {
        List<Double> read = new ArrayList<>();
        for (JsonNode one : take(name, left.path(name).isArray(), "list")) {
            if (!one.isNumber()) {
                throw new IOException(place(name) + " holds what is no number");
            }
            read.add(one.doubleValue());
        }
        return read;
    }
}
