package io.streamclr.trainer.run;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.checkpoint.StartingEncoder;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.weights.WeightsOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The encoder that a run starts from, as files: a floor to compare with, and the first picture on the live page. */
public final class FirstEncoder {

    private FirstEncoder() {}

    /**
     * Writes the encoder that a run of this configuration starts from, as a floor to compare with: a random one before the
     * run has begun, whatever weights it is to start from.
     *
     * @param folder made where there is none
     * @return the encoder for PyTorch
     */
    public static Path writeUntrained(TrainConfig config, Path folder) {
        return config.learning()
                .weights()
                .filter(any -> StartingEncoder.isIn(config.folder()))
                .map(origin -> write(
                        config,
                        StartingEncoder.read(
                                config.folder(),
                                Architecture.of(config.learning().network()),
                                origin),
                        folder))
                .orElseGet(() -> write(config, Map.of(), folder));
    }

    /**
     * Writes the encoder that a run starts from.
     *
     * @param given of every tensor of the encoder, by name; empty for random weights
     * @param folder made where there is none
     * @return the encoder for PyTorch
     */
    public static Path write(TrainConfig config, Map<String, float[]> given, Path folder) {
        Architecture architecture = Architecture.of(config.learning().network());
        Map<String, float[]> values = architecture.initialValues(config.seed());
        values.putAll(given);
        Optional<WeightsOrigin> weights = config.learning().weights().filter(any -> !given.isEmpty());
        try {
            Files.createDirectories(folder);
            Origin origin = Origin.untrained(config.runId(), config.seed(), weights);
            EncoderFiles.write(folder, architecture, values, origin);
        } catch (IOException unwritable) {
            throw new RefusalException(
                    "The untrained encoder cannot be written to " + folder + " (" + FileFault.of(unwritable)
                            + "); give a folder with room that this user may write to",
                    unwritable);
        }
        return folder.resolve(EncoderFiles.TORCHSCRIPT);
    }
}
