package io.streamclr.trainer.encoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named tensors in the safetensors format: the header's length in 8 little-endian bytes, a JSON header with type, shape
 * and place of each tensor, and the values. 32-bit floats, and 64-bit integers without dimensions, are all we write and
 * all we read.
 *
 * @param floats by name, in the file's order; values row-major and owned by this record
 * @param counters 64-bit integers by name
 * @param metadata what the file says of itself
 */
public record Safetensors(Map<String, Values> floats, Map<String, Long> counters, Map<String, String> metadata) {

    private static final int MAX_HEADER_BYTES = 64 << 20;
    private static final int FLOATS_AT_ONCE = 1 << 14;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param shape length of each dimension; @param values row-major */
    public record Values(long[] shape, float[] values) {

        public Values {
            if (product(shape) != values.length) {
                throw new IllegalArgumentException(
                        "The shape " + Arrays.toString(shape) + " does not hold " + values.length + " values");
            }
        }

        private static long product(long[] shape) {
            long product = 1;
            for (long side : shape) {
                product = Math.multiplyExact(product, side);
            }
            return product;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Values that
                    && Arrays.equals(shape, that.shape)
                    && Arrays.equals(values, that.values);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return "Values" + Arrays.toString(shape);
        }
    }

    /** Writes the file's bytes; equal content gives equal bytes. */
    public void writeTo(OutputStream target) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        ObjectNode described = header.putObject("__metadata__");
        metadata.forEach(described::put);
        long place = 0;
        for (Map.Entry<String, Long> counter : counters.entrySet()) {
            place = describe(header, counter.getKey(), "I64", new long[0], place, Long.BYTES);
        }
        for (Map.Entry<String, Values> tensor : floats.entrySet()) {
            long size = (long) tensor.getValue().values().length * Float.BYTES;
            place = describe(header, tensor.getKey(), "F32", tensor.getValue().shape(), place, size);
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        // Padded with spaces, as the format allows, so that the values begin at a multiple of 8.
        byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        target.write(little(padded.length));
        target.write(padded);
        for (long counter : counters.values()) {
            target.write(little(counter));
        }
        for (Values tensor : floats.values()) {
            write(target, tensor.values());
        }
    }

    private static long describe(ObjectNode header, String name, String type, long[] shape, long place, long size) {
        ObjectNode tensor = header.putObject(name);
        tensor.put("dtype", type);
        Arrays.stream(shape).forEach(tensor.putArray("shape")::add);
        tensor.putArray("data_offsets").add(place).add(place + size);
        return place + size;
    }

    private static byte[] little(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    private static void write(OutputStream target, float[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(FLOATS_AT_ONCE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < values.length; from += FLOATS_AT_ONCE) {
            int count = Math.min(FLOATS_AT_ONCE, values.length - from);
            bytes.clear().asFloatBuffer().put(values, from, count);
            target.write(bytes.array(), 0, count * Float.BYTES);
        }
    }

    /**
     * Reads a file. What its header claims is held against the file's size before anything is allocated.
     *
     * @throws IOException if it cannot be read, or is not a file of this kind
     */
    public static Safetensors read(Path file) throws IOException {
        long size = Files.size(file);
        try (InputStream raw = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(new BufferedInputStream(raw, 1 << 16))) {
            long headerBytes = size < Long.BYTES ? -1 : Long.reverseBytes(in.readLong());
            if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES || headerBytes > size - Long.BYTES) {
                throw new IOException(
                        file + " is not a safetensors file: its header cannot have " + headerBytes + " bytes");
            }
            JsonNode header = JSON.readTree(in.readNBytes((int) headerBytes));
            return read(file, header, in, size - Long.BYTES - headerBytes);
        } catch (JsonProcessingException | ArithmeticException wrong) {
            throw new IOException(file + " is not a safetensors file: its header is damaged", wrong);
        }
    }

    private static Safetensors read(Path file, JsonNode header, DataInputStream in, long left) throws IOException {
        Map<String, Values> floats = new LinkedHashMap<>();
        Map<String, Long> counters = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        long place = 0;
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (entry.getKey().equals("__metadata__")) {
                entry.getValue()
                        .properties()
                        .forEach(fact ->
                                metadata.put(fact.getKey(), fact.getValue().asText()));
                continue;
            }
            JsonNode tensor = entry.getValue();
            long from = tensor.path("data_offsets").path(0).asLong(-1);
            long to = tensor.path("data_offsets").path(1).asLong(-1);
            long[] shape = new long[tensor.path("shape").size()];
            long count = 1;
            for (int i = 0; i < shape.length; i++) {
                shape[i] = tensor.path("shape").path(i).asLong(-1);
                count = shape[i] < 0 ? -1 : Math.multiplyExact(count, shape[i]);
            }
            boolean floating = tensor.path("dtype").asText().equals("F32");
            boolean integer = tensor.path("dtype").asText().equals("I64") && shape.length == 0;
            if (!(floating || integer)
                    || from != place
                    || to > left
                    || to - from != count * (floating ? 4 : 8)
                    || count > Integer.MAX_VALUE / Float.BYTES) {
                throw new IOException(file + " holds the tensor " + entry.getKey() + " in a form that is not ours");
            }
            if (floating) {
                float[] values = new float[(int) count];
                ByteBuffer.wrap(in.readNBytes((int) (to - from)))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(values);
                floats.put(entry.getKey(), new Values(shape, values));
            } else {
                counters.put(entry.getKey(), Long.reverseBytes(in.readLong()));
            }
            place = to;
        }
        if (place != left) {
            throw new IOException(file + " is damaged: " + (left - place) + " bytes belong to no tensor");
        }
        return new Safetensors(floats, counters, metadata);
    }
}
