package io.streamclr.trainer.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.checkpoint.RunFolder.MoreFiles;
import io.streamclr.trainer.form.Fields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** What is known of old data, as a file in each checkpoint of a run that watched them. */
public final class OldDataFile {

    private static final String NAME = "old-data.json";
    private static final String FORMAT = "streamclr-old-data";
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Accuracies of one set of images.
     *
     * @param digest of the images and their classes
     * @param firstStep after which the encoder was probed first; 0 before any
     * @param first its accuracy, in [0, 1]
     * @param lastStep after which it was probed last
     * @param last its accuracy, in [0, 1]
     */
    public record Known(String digest, long firstStep, double first, long lastStep, double last) {}

    private OldDataFile() {}

    /**
     * What a checkpoint says of them.
     *
     * @param checkpoint its folder; empty for a run that begins
     * @return empty where nothing is known
     * @throws RefusalException if it cannot be read
     */
    public static Optional<Known> read(Optional<Path> checkpoint) {
        Optional<Path> file = checkpoint.map(folder -> folder.resolve(NAME)).filter(Files::exists);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Fields.read(JSON.readTree(Files.readAllBytes(file.get())), OldDataFile::known));
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "What was known of the old data cannot be read from " + file.get() + " (" + FileFault.of(unreadable)
                            + "); resume from another checkpoint, or begin another run",
                    unreadable);
        }
    }

    private static Known known(Fields fields) throws IOException {
        fields.require(FORMAT, VERSION);
        return new Known(
                fields.text("digest"),
                fields.whole("first_step"),
                fields.number("first"),
                fields.whole("last_step"),
                fields.number("last"));
    }

    /** Writes what is known into checkpoints; nothing where nothing is. */
    public static MoreFiles of(Supplier<Optional<Known>> known) {
        return checkpoint -> {
            Optional<Known> now = known.get();
            if (now.isPresent()) {
                Files.write(checkpoint.resolve(NAME), JSON.writeValueAsBytes(json(now.get())));
            }
        };
    }

    private static ObjectNode json(Known known) {
        return JSON.createObjectNode()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("digest", known.digest())
                .put("first_step", known.firstStep())
                .put("first", known.first())
                .put("last_step", known.lastStep())
                .put("last", known.last());
    }
}
