package io.streamclr.console.drift;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of comparisons, a line of JSON each; what it held stays. */
public final class DriftLines {

    private final Path file;

    private DriftLines(Path file) {
        this.file = file;
    }

    /** @throws RefusalException if it cannot be written to, which is said before the topic is read */
    public static DriftLines at(Path file) {
        DriftLines lines = new DriftLines(file);
        lines.append("");
        return lines;
    }

    public void add(JsonNode reading) {
        append(reading + "\n");
    }

    private void append(String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException unwritable) {
            throw new RefusalException(
                    "The file " + file + " cannot be written to: " + FileFault.of(unwritable)
                            + "; make room or name another with --out",
                    unwritable);
        }
    }
}
