package io.streamclr.trainer.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** A file of figures: a line of JSON each time, with the step, the time and each figure by its name. */
public final class FigureLines implements AutoCloseable {

    /** What the file is called in the folder of a run. */
    public static final String FILE = "metrics.jsonl";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Far above what a line has; what is longer is damage. */
    private static final int MOST_CHARACTERS = 1 << 16;

    private final BufferedWriter out;
    private final Clock clock;

    private FigureLines(BufferedWriter out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    /**
     * Goes on with a file, or begins it. Lines after the step are dropped: a run that was killed trains those steps
     * again, and would list them twice. So is a line that was not written to its end.
     *
     * @param step the last that is trained
     */
    public static FigureLines goOn(Path file, long step, Clock clock) throws IOException {
        if (Files.exists(file)) {
            Path kept = file.resolveSibling(file.getFileName() + ".partial");
            try (BufferedReader lines = open(file);
                    BufferedWriter copy = Files.newBufferedWriter(kept)) {
                for (String line = next(lines); line != null; line = next(lines)) {
                    if (stepOf(parsed(line)) <= step) {
                        copy.write(line + "\n");
                    }
                }
            }
            Files.move(kept, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return new FigureLines(
                Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), clock);
    }

    /** Takes the lines of a file. */
    public interface Reader {

        /** @param figures by name, those that were no number as NaN; the reader's own */
        void line(long step, Map<String, Double> figures);
    }

    /** Reads a file, in the order of its lines. One that is damaged, or not yet written to its end, is passed over. */
    public static void read(Path file, Reader reader) throws IOException {
        try (BufferedReader lines = open(file)) {
            for (String line = next(lines); line != null; line = next(lines)) {
                take(line, reader);
            }
        }
    }

    /**
     * Reads what was added to a file, as {@link #read} does, but for a last line that is not yet written to its end: that
     * one is read when it is.
     *
     * @param from in bytes, where the last call ended; 0 at first
     * @return where to go on, in bytes
     */
    public static long readOn(Path file, long from, Reader reader) throws IOException {
        try (SeekableByteChannel bytes = Files.newByteChannel(file);
                InputStream in = new BufferedInputStream(Channels.newInputStream(bytes.position(from)))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            long at = from;
            long end = from;
            for (int read = in.read(); read >= 0; read = in.read()) {
                at++;
                if (read == '\n') {
                    take(line.size() > MOST_CHARACTERS ? "" : line.toString(StandardCharsets.UTF_8), reader);
                    line.reset();
                    end = at;
                } else if (line.size() <= MOST_CHARACTERS) {
                    line.write(read);
                }
            }
            return end;
        }
    }

    private static void take(String line, Reader reader) {
        JsonNode read = parsed(line);
        long step = stepOf(read);
        if (step < Long.MAX_VALUE) {
            reader.line(step, figuresOf(read));
        }
    }

    /** Bytes that are no text become signs that are no JSON, so damage stays within its line. */
    private static BufferedReader open(Path file) throws IOException {
        return new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
    }

    /** The next line; empty for one that is too long to be one of this file's, null after the last. */
    private static String next(BufferedReader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        boolean tooLong = false;
        int read = lines.read();
        if (read < 0) {
            return null;
        }
        for (; read >= 0 && read != '\n'; read = lines.read()) {
            tooLong |= line.length() == MOST_CHARACTERS;
            if (!tooLong) {
                line.append((char) read);
            }
        }
        return tooLong ? "" : line.toString();
    }

    /** A missing node for what is no JSON. */
    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException cutOff) {
            return MissingNode.getInstance();
        }
    }

    /** The step that a line is about; beyond all steps for one that is no line of this file. */
    private static long stepOf(JsonNode line) {
        JsonNode step = line.path("step");
        return step.isIntegralNumber() && step.canConvertToLong() ? step.longValue() : Long.MAX_VALUE;
    }

    private static Map<String, Double> figuresOf(JsonNode line) {
        Map<String, Double> figures = new LinkedHashMap<>();
        line.properties().forEach(each -> {
            if (!each.getKey().equals("step")
                    && (each.getValue().isNumber() || each.getValue().isNull())) {
                figures.put(each.getKey(), each.getValue().asDouble(Double.NaN));
            }
        });
        return figures;
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
