package io.streamclr.local.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The results of an experiment, a file each: what lies here is done, and is not done again. */
final class Results {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path folder;

    /** @param folder made with the first result */
    Results(Path folder) {
        this.folder = folder;
    }

    Optional<Result> of(Trial trial) {
        return read(trial.id());
    }

    /** @param id of a trial, or of a floor */
    Optional<Result> read(String id) {
        Path file = file(id);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ResultForm.read(JSON.readTree(Files.readAllBytes(file))));
        } catch (IOException broken) {
            throw new RefusalException(
                    "The result " + file + " cannot be read: " + FileFault.of(broken)
                            + "; delete it, and its run is done again",
                    broken);
        }
    }

    /** Keeps a result, whole or not at all. */
    void keep(Result result) {
        Path file = file(result.trial());
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.createDirectories(folder);
            Files.write(partial, JSON.writeValueAsBytes(ResultForm.write(result)));
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new RefusalException(
                    "The result cannot be written to " + file + ": " + FileFault.of(unwritable)
                            + "; make room and start again",
                    unwritable);
        }
    }

    private Path file(String id) {
        return folder.resolve(id + ".json");
    }
}
