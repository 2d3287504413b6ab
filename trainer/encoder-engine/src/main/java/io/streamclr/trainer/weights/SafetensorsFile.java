package io.streamclr.trainer.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file in the safetensors format by whichever program: the header's length in 8 little-endian bytes, a JSON header with
 * type, shape and place of each tensor, and the values in any order.
 */
final class SafetensorsFile implements TensorFile {

    private static final int MOST_HEADER_BYTES = 64 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SeekableByteChannel file;
    private final Map<String, Stored> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    /** @param from of the first byte of the values, in the file */
    private record Stored(Numbers numbers, long[] shape, int count, long from) {}

    private SafetensorsFile(SeekableByteChannel file) {
        this.file = file;
    }

    /**
     * Reads the header. What it claims is held against the file's size before anything is allocated.
     *
     * @throws IOException if it cannot be read, or is not a file of this kind
     */
    static SafetensorsFile open(Path path) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(path);
        try {
            SafetensorsFile file = new SafetensorsFile(channel);
            file.readHeader();
            return file;
        } catch (JsonProcessingException | ArithmeticException wrong) {
            channel.close();
            throw new IOException("its header of tensors is damaged", wrong);
        } catch (IOException | RuntimeException wrong) {
            channel.close();
            throw wrong;
        }
    }

    private void readHeader() throws IOException {
        long size = file.size();
        long length = size < Long.BYTES ? -1 : bytes(0, Long.BYTES).getLong(0);
        if (length < 2 || length > MOST_HEADER_BYTES || length > size - Long.BYTES) {
            throw new IOException("its header of tensors cannot have " + length + " bytes");
        }
        long begin = Long.BYTES + length;
        JsonNode header = JSON.readTree(bytes(Long.BYTES, (int) length).array());
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (entry.getKey().equals("__metadata__")) {
                entry.getValue()
                        .properties()
                        .forEach(fact ->
                                metadata.put(fact.getKey(), fact.getValue().asText()));
            } else {
                add(entry.getKey(), entry.getValue(), begin, size - begin);
            }
        }
    }

    private void add(String name, JsonNode tensor, long begin, long most) throws IOException {
        long from = tensor.path("data_offsets").path(0).asLong(-1);
        long to = tensor.path("data_offsets").path(1).asLong(-1);
        long[] shape = new long[tensor.path("shape").size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = tensor.path("shape").path(i).asLong(-1);
        }
        long count = Shapes.count(shape);
        Numbers numbers = Numbers.ofSafetensors(tensor.path("dtype").asText()).orElse(null);
        if (numbers == null) {
            return; // of a kind that no weights of ours have, such as 8-bit floats: as if it were not there
        }
        if (from < 0 || to > most || count < 0 || to - from != count * numbers.bytes()) {
            throw new IOException("what its header says of tensor " + Shapes.shown(name) + " cannot be");
        }
        tensors.put(name, new Stored(numbers, shape, (int) count, begin + from));
    }

    @Override
    public Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, stored) -> shapes.put(name, stored.shape().clone()));
        return shapes;
    }

    @Override
    public Map<String, String> metadata() {
        return Map.copyOf(metadata);
    }

    @Override
    public boolean isScript() {
        return false;
    }

    @Override
    public float[] read(String name) throws IOException {
        Stored stored = tensors.get(name);
        Numbers numbers = stored.numbers();
        ByteBuffer bytes = bytes(stored.from(), stored.count() * numbers.bytes());
        float[] values = new float[stored.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.at(bytes, i * numbers.bytes());
        }
        return values;
    }

    private ByteBuffer bytes(long from, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        file.position(from);
        while (bytes.hasRemaining()) {
            if (file.read(bytes) < 0) {
                throw new IOException("it ends in the middle");
            }
        }
        return bytes.flip();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
