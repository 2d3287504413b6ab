package io.streamclr.trainer.weights;

import io.streamclr.schemas.FileFault;
import io.streamclr.trainer.weights.Pickled.Foreign;
import io.streamclr.trainer.weights.Pickled.Storage;
import io.streamclr.trainer.weights.Pickled.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A file of {@code torch.save}, or a TorchScript module: a zip with a pickle and an entry for each storage. Tensors have
 * the names that they have in nested dictionaries and modules, joined by dots.
 */
final class TorchFile implements TensorFile {

    private static final int MOST_PICKLE_BYTES = 64 << 20;
    private static final int MOST_TENSORS = 100_000;
    /** Of dictionaries in dictionaries. */
    private static final int MOST_LEVELS = 32;
    /** Dictionaries that stand in each other many times are walked through many times. */
    private static final int MOST_STEPS = 1_000_000;

    /** What a module that was saved as a whole keeps its tensors and modules in. */
    private static final Set<String> PARTS_OF_MODULES = Set.of("_modules", "_parameters", "_buffers");

    private final ZipFile zip;
    /** What all entries' names begin with. */
    private final String folder;

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private int steps;

    private TorchFile(ZipFile zip, String folder) {
        this.zip = zip;
        this.folder = folder;
    }

    /**
     * Reads which tensors there are.
     *
     * @throws IOException if it cannot be read, or is not a file of this kind
     */
    static TorchFile open(Path path) throws IOException {
        ZipFile zip;
        try {
            zip = path.getFileSystem() == FileSystems.getDefault() ? new ZipFile(path.toFile()) : copied(path);
        } catch (ZipException damaged) {
            throw new IOException("it is a damaged archive (" + FileFault.of(damaged) + ")", damaged);
        }
        try {
            String pickle = zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith("/data.pkl"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("it is an archive, but none of PyTorch: it has no data.pkl"));
            TorchFile file = new TorchFile(zip, pickle.substring(0, pickle.length() - "data.pkl".length()));
            file.requireLittleEndian();
            file.find("", Unpickler.read(file.bytes("data.pkl", MOST_PICKLE_BYTES)), 0);
            return file;
        } catch (IOException | RuntimeException wrong) {
            zip.close();
            throw wrong;
        }
    }

    /** Java reads zips of this machine's file system alone. */
    private static ZipFile copied(Path path) throws IOException {
        Path copy = Files.createTempFile("streamclr-weights", ".pt");
        try {
            Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
            return new ZipFile(copy.toFile(), ZipFile.OPEN_READ | ZipFile.OPEN_DELETE);
        } catch (IOException wrong) {
            Files.deleteIfExists(copy);
            throw wrong;
        }
    }

    private void requireLittleEndian() throws IOException {
        if (zip.getEntry(folder + "byteorder") != null
                && !new String(bytes("byteorder", 16), StandardCharsets.US_ASCII).equals("little")) {
            throw new IOException("it was written by a machine whose numbers begin with the highest byte");
        }
    }

    private void find(String name, Object value, int level) throws IOException {
        if (level > MOST_LEVELS || ++steps > MOST_STEPS || tensors.size() > MOST_TENSORS) {
            throw new IOException("it holds more, or deeper nested, than weights do");
        }
        if (value instanceof Tensor tensor) {
            if (tensor.storage().numbers() != null && Shapes.count(tensor.shape()) >= 0) {
                tensors.put(name, tensor);
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String part = String.valueOf(entry.getKey());
                find(inside(name, part), entry.getValue(), level + 1);
            }
        } else if (value instanceof Foreign foreign) {
            find(name, foreign.state(), level + 1);
        }
    }

    private static String inside(String name, String part) {
        if (PARTS_OF_MODULES.contains(part)) {
            return name;
        }
        return name.isEmpty() ? part : name + "." + part;
    }

    @Override
    public Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape().clone()));
        return shapes;
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    @Override
    public boolean isScript() {
        return zip.getEntry(folder + "constants.pkl") != null;
    }

    @Override
    public float[] read(String name) throws IOException {
        Tensor tensor = tensors.get(name);
        Storage storage = tensor.storage();
        Numbers numbers = storage.numbers();
        long[] shape = tensor.shape();
        long[] strides = tensor.strides();
        long held = storage.count();
        if (strides.length != shape.length || held < 0 || held > Integer.MAX_VALUE / numbers.bytes()) {
            throw impossible(name);
        }
        long count = Shapes.count(shape);
        long last = tensor.from();
        for (int i = 0; i < shape.length; i++) {
            boolean far = strides[i] < 0 || strides[i] > held;
            if (far || last < 0 || last > held) {
                throw impossible(name);
            }
            last += Math.max(0, shape[i] - 1) * strides[i];
        }
        if (count > held || (count > 0 && (last < 0 || last >= held))) {
            throw impossible(name);
        }
        byte[] stored = bytes("data/" + storage.key(), held * numbers.bytes());
        if (stored.length != held * numbers.bytes()) {
            throw impossible(name);
        }
        return gathered(ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN), tensor, (int) count);
    }

    /** The numbers in row-major order, whatever order they are stored in. */
    private static float[] gathered(ByteBuffer stored, Tensor tensor, int count) {
        Numbers numbers = tensor.storage().numbers();
        float[] values = new float[count];
        long[] at = new long[tensor.shape().length];
        long place = tensor.from();
        for (int i = 0; i < count; i++) {
            values[i] = numbers.at(stored, (int) place * numbers.bytes());
            for (int side = at.length - 1; side >= 0; side--) {
                place += tensor.strides()[side];
                if (++at[side] < tensor.shape()[side]) {
                    break;
                }
                place -= at[side] * tensor.strides()[side];
                at[side] = 0;
            }
        }
        return values;
    }

    private static IOException impossible(String name) {
        return new IOException("what it says of tensor " + Shapes.shown(name) + " cannot be");
    }

    /** An entry, which PyTorch never packs: so none is larger than the file. */
    private byte[] bytes(String name, long most) throws IOException {
        ZipEntry entry = zip.getEntry(folder + name);
        if (entry == null) {
            throw new IOException("its entry " + Shapes.shown(name) + " is missing");
        }
        if (entry.getMethod() != ZipEntry.STORED) {
            throw new IOException("its entry " + Shapes.shown(name) + " is packed, which PyTorch's never are");
        }
        if (entry.getSize() > most || entry.getSize() != entry.getCompressedSize()) {
            throw new IOException("its entry " + Shapes.shown(name) + " cannot have " + entry.getSize() + " bytes");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return in.readNBytes((int) Math.min(most, entry.getSize()));
        } catch (ZipException damaged) {
            throw new IOException("its entry " + Shapes.shown(name) + " is damaged", damaged);
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
