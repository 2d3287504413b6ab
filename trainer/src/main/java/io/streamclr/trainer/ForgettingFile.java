package io.streamclr.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.checkpoint.RunFolder.MoreFiles;
import io.streamclr.trainer.health.Forgetting;
import io.streamclr.trainer.health.Forgetting.Past;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What is known of the classes of held-out images, as a file in each checkpoint of a run that was probed on them. */
final class ForgettingFile {

    private static final String NAME = "forgetting.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private ForgettingFile() {}

    /**
     * What a checkpoint says of them.
     *
     * @param checkpoint its folder; empty for a run that begins
     * @return empty where nothing is known
     * @throws RefusalException if it cannot be read
     */
    static List<Past> read(Optional<Path> checkpoint) {
        Optional<Path> file = checkpoint.map(folder -> folder.resolve(NAME)).filter(Files::exists);
        if (file.isEmpty()) {
            return List.of();
        }
        try {
            return List.of(JSON.readValue(Files.readAllBytes(file.get()), Past[].class));
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "What was known of the held-out images cannot be read from " + file.get() + " ("
                            + unreadable.getMessage() + "); resume from another checkpoint, or begin another run",
                    unreadable);
        }
    }

    /** Writes what is known into checkpoints; nothing where nothing is. */
    static MoreFiles of(Forgetting forgetting) {
        return checkpoint -> {
            List<Past> known = forgetting.known();
            if (!known.isEmpty()) {
                Files.write(checkpoint.resolve(NAME), JSON.writeValueAsBytes(known));
            }
        };
    }
}
