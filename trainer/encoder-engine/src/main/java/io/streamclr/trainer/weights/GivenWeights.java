package io.streamclr.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.form.FileDigest;
import io.streamclr.trainer.model.Whitening;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of weights that a user gave: safetensors, {@code torch.save}'s zip ({@code .pth}, {@code .pt}, {@code .ckpt}),
 * or a TorchScript module such as our own {@code encoder.pt}.
 *
 * @param origin which file it was
 * @param encoder what it holds
 */
public record GivenWeights(WeightsOrigin origin, GivenEncoder encoder) {

    private static final byte[] ZIP = {'P', 'K', 3, 4};
    /** How files of {@code torch.save} began before release 1.6: a pickled magic number. */
    private static final byte[] OLD_TORCH = {(byte) 0x80, 2, (byte) 0x8a, 10, 'l', (byte) 0xfc, (byte) 0x9c, 'F'};

    private static final String DESCRIPTION = "encoder.json";
    private static final int MOST_DESCRIPTION_BYTES = 1 << 20;

    /**
     * Reads a file.
     *
     * @throws RefusalException if it is missing, damaged, of another format, or holds no network that can be trained here
     */
    public static GivenWeights read(Path path) {
        try {
            if (Files.isDirectory(path)) {
                throw new IOException("it is a folder");
            }
            String digest = FileDigest.of(path);
            GivenEncoder encoder;
            try (TensorFile file = open(path)) {
                Map<String, String> facts = new HashMap<>(file.isScript() ? described(path) : Map.of());
                facts.putAll(file.metadata());
                encoder = EncoderReader.read(file, facts);
            }
            return new GivenWeights(new WeightsOrigin(path.getFileName().toString(), digest), encoder);
        } catch (NoSuchFileException missing) {
            throw new RefusalException("There is no file of weights " + path + "; see --weights", missing);
        } catch (IOException | IllegalArgumentException unusable) {
            throw new RefusalException(
                    "The weights in " + path + " cannot be used: " + FileFault.of(unusable)
                            + "; give a ResNet, ViT or ConvNeXt as .pth, .safetensors or encoder.pt",
                    unusable);
        }
    }

    /**
     * Reads one tensor of a file, by its name there.
     *
     * @return its values, row-major, all of them finite
     * @throws IOException if there is none of this shape, or the file is damaged
     */
    public static float[] tensor(Path path, String name, long... shape) throws IOException {
        try (TensorFile file = open(path)) {
            long[] there = file.shapes().get(name);
            if (!Arrays.equals(there, shape)) {
                throw new IOException("its tensor " + name + " has the shape " + Arrays.toString(there) + " where "
                        + Arrays.toString(shape) + " is needed");
            }
            float[] values = file.read(name);
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new IOException("its tensor " + name + " holds a value that is not finite");
                }
            }
            return values;
        }
    }

    /**
     * What whitens the features of an encoder of ours.
     *
     * @param features of the encoder
     * @return empty if they are not whitened
     * @throws RefusalException if the file cannot be read
     */
    public static Optional<Whitening> whitening(Path path, int features) {
        try {
            return shapes(path).containsKey(Whitening.WEIGHT)
                    ? Optional.of(new Whitening(
                            tensor(path, Whitening.WEIGHT, features, features), tensor(path, Whitening.BIAS, features)))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException damaged) {
            throw new RefusalException(
                    "What whitens the features of " + path + " cannot be read: " + FileFault.of(damaged)
                            + "; put the file back as StreamCLR wrote it",
                    damaged);
        }
    }

    /** The shapes of a file's tensors, by their names there. @throws IOException if it cannot be read */
    static Map<String, long[]> shapes(Path path) throws IOException {
        try (TensorFile file = open(path)) {
            return file.shapes();
        }
    }

    private static TensorFile open(Path path) throws IOException {
        byte[] begin;
        try (InputStream in = Files.newInputStream(path)) {
            begin = in.readNBytes(16);
        }
        if (beginsWith(begin, ZIP)) {
            return TorchFile.open(path);
        }
        if (beginsWith(begin, OLD_TORCH)) {
            throw new IOException("it is in the format of PyTorch before 1.6; load it there with torch.load(...,"
                    + " weights_only=True) and save it again with torch.save");
        }
        if (begin.length > Long.BYTES && begin[Long.BYTES] == '{') {
            return SafetensorsFile.open(path);
        }
        throw new IOException("it is neither safetensors nor a file of torch.save");
    }

    private static boolean beginsWith(byte[] file, byte[] begin) {
        return file.length >= begin.length && Arrays.equals(file, 0, begin.length, begin, 0, begin.length);
    }

    /** What our own description beside a TorchScript says, which the TorchScript holds as code alone. */
    private static Map<String, String> described(Path path) throws IOException {
        boolean classifies = path.getFileName().toString().equals("classifier.pt");
        Path description = path.toAbsolutePath().resolveSibling(classifies ? "classifier.json" : DESCRIPTION);
        if (!Files.isRegularFile(description) || Files.size(description) > MOST_DESCRIPTION_BYTES) {
            return Map.of();
        }
        JsonNode node = new ObjectMapper().readTree(Files.readAllBytes(description));
        Map<String, String> facts = new HashMap<>();
        for (String fact : List.of("stem", "stages", "norm", "norm_groups", "frozen_patch")) {
            if (node.path(fact).isValueNode()) {
                facts.put(fact, node.path(fact).asText());
            }
        }
        JsonNode mean = node.path("input").path("mean");
        if (mean.isArray() && !mean.isEmpty()) {
            double[] values = new double[mean.size()];
            Arrays.setAll(values, i -> mean.path(i).asDouble());
            facts.put("mean", Arrays.toString(values));
        }
        return facts;
    }
}
