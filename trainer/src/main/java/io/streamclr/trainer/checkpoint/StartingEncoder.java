package io.streamclr.trainer.checkpoint;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.Sha256;
import io.streamclr.trainer.encoder.Safetensors;
import io.streamclr.trainer.encoder.Safetensors.Values;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.weights.WeightsOrigin;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The encoder that a run starts from, where it does not start from random weights. It is kept in the run's folder, because
 * the file that a user gave may be gone when the run is repeated.
 */
public final class StartingEncoder {

    static final String FILE = "starting-encoder.safetensors";

    private static final String ORIGIN = "weights_sha256";
    private static final String SUM = "values_sha256";

    private StartingEncoder() {}

    /** Whether a run's folder has one. */
    public static boolean isIn(Path run) {
        return Files.isRegularFile(run.resolve(FILE));
    }

    /**
     * Keeps it, in the place of one that is there.
     *
     * @param run the run's folder
     * @param values of every tensor of the encoder, by name
     * @throws RefusalException if it cannot be written
     */
    public static void write(Path run, Architecture architecture, Map<String, float[]> values, WeightsOrigin origin) {
        Map<String, Values> floats = new LinkedHashMap<>();
        for (Slot slot : architecture.slots()) {
            if (slot.ofEncoder()) {
                floats.put(slot.name(), new Values(slot.shape(), values.get(slot.name())));
            }
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt");
        metadata.put(ORIGIN, origin.digest());
        metadata.put(SUM, sum(floats));
        Path written = run.resolve(FILE + RunFolder.PARTIAL);
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(written), 1 << 16)) {
                new Safetensors(floats, Map.of(), metadata).writeTo(out);
            }
            Files.move(written, run.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new RefusalException(
                    "The weights that the run starts from cannot be kept in " + run + " (" + FileFault.of(unwritable)
                            + "); give a --checkpoints folder with room that this user may write to",
                    unwritable);
        }
    }

    /**
     * The values of every tensor of the encoder, by name.
     *
     * @param run the run's folder
     * @throws RefusalException if they are not there, damaged, or of another origin
     */
    public static Map<String, float[]> read(Path run, Architecture architecture, WeightsOrigin origin) {
        Path file = run.resolve(FILE);
        try {
            Safetensors kept = Safetensors.read(file);
            if (!origin.digest().equals(kept.metadata().get(ORIGIN))) {
                throw new IOException("they are of another file than " + origin.text());
            }
            if (!sum(kept.floats()).equals(kept.metadata().get(SUM))) {
                throw new IOException("they are not as they were written");
            }
            Map<String, float[]> values = new LinkedHashMap<>();
            for (Slot slot : architecture.slots()) {
                if (slot.ofEncoder()) {
                    Values tensor = kept.floats().get(slot.name());
                    if (tensor == null || !Arrays.equals(tensor.shape(), slot.shape())) {
                        throw new IOException("the tensor " + slot.name() + " does not fit");
                    }
                    values.put(slot.name(), tensor.values());
                }
            }
            return values;
        } catch (NoSuchFileException missing) {
            throw new RefusalException(
                    "There is no " + file + ", which keeps the weights that the run starts from; put it back, or give"
                            + " --weights " + origin.name(),
                    missing);
        } catch (IOException | IllegalArgumentException damaged) {
            throw new RefusalException(
                    "The weights that the run starts from, in " + file + ", cannot be used: " + FileFault.of(damaged)
                            + "; put the file back as it was, or begin another --run with --weights "
                            + origin.name(),
                    damaged);
        }
    }

    private static String sum(Map<String, Values> tensors) {
        MessageDigest digest = Sha256.begin();
        tensors.forEach((name, tensor) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            ByteBuffer bytes =
                    ByteBuffer.allocate(tensor.values().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(tensor.values());
            digest.update(bytes);
        });
        return HexFormat.of().formatHex(digest.digest());
    }
}
