package io.streamclr.trainer.mlflow;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.form.Fields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Which run of MLflow a run is, in a file of its folder, so that it goes on there when it is resumed.
 *
 * @param server where it was kept last, for people; another address may lead to the same server
 * @param id of the run in MLflow
 */
record KeptRun(String server, String id) {

    private static final String NAME = "mlflow.json";
    private static final String FORMAT = "streamclr-mlflow";
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    static Path file(Path folder) {
        return folder.resolve(NAME);
    }

    /**
     * Reads it.
     *
     * @return empty if the run was not kept in MLflow before
     * @throws IOException if the file is damaged or of a newer release
     */
    static Optional<KeptRun> in(Path folder) throws IOException {
        String text;
        try {
            text = Files.readString(file(folder));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        return Optional.of(Fields.read(JSON.readTree(text), fields -> {
            if (!fields.text("format").equals(FORMAT) || fields.whole("version") != VERSION) {
                throw new IOException("it is of another version");
            }
            return new KeptRun(fields.text("server"), fields.text("run"));
        }));
    }

    /** Writes it, whole or not at all. */
    void write(Path folder) throws IOException {
        ObjectNode object = JSON.createObjectNode();
        object.put("format", FORMAT)
                .put("version", VERSION)
                .put("server", server)
                .put("run", id);
        Path beside = folder.resolve(NAME + ".partial");
        Files.writeString(beside, object + "\n");
        Files.move(beside, file(folder), StandardCopyOption.REPLACE_EXISTING);
    }
}
