package io.streamclr.trainer.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Map;

/** A file of figures: a line of JSON each time, with the step, the time and each figure by its name. */
public final class FigureLines implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final BufferedWriter out;
    private final Clock clock;

    private FigureLines(BufferedWriter out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    /**
     * Goes on with a file, or begins it. Lines behind the step are dropped: a run that was killed trains those steps again,
     * and would tell of them twice. So is a line that was not written to its end.
     *
     * @param step the last that is trained
     */
    public static FigureLines goOn(Path file, long step, Clock clock) throws IOException {
        if (Files.exists(file)) {
            Path kept = file.resolveSibling(file.getFileName() + ".partial");
            try (BufferedReader lines = Files.newBufferedReader(file);
                    BufferedWriter copy = Files.newBufferedWriter(kept)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (stepOf(line) <= step) {
                        copy.write(line + "\n");
                    }
                }
            }
            Files.move(kept, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return new FigureLines(
                Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), clock);
    }

    /** The step that a line tells of; beyond all steps for one that is no line of this file. */
    private static long stepOf(String line) {
        try {
            JsonNode step = JSON.readTree(line).path("step");
            return step.isIntegralNumber() ? step.longValue() : Long.MAX_VALUE;
        } catch (JsonProcessingException cutOff) {
            return Long.MAX_VALUE;
        }
    }

    /** Adds a line. Figures that are no number are written as null. */
    public void add(long step, Map<String, Double> figures) throws IOException {
        ObjectNode line = JSON.createObjectNode();
        line.put("step", step);
        line.put("at", clock.instant().toString());
        figures.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                line.put(name, value);
            } else {
                line.putNull(name);
            }
        });
        out.write(line + "\n");
    }

    /** Lets readers see what was added. */
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
