package io.streamclr.ingest.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.schemas.FileFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A tar file in WebDataset form: entries whose paths agree up to the first dot of the file name make one sample, as
 * {@link Samples} says. Of a sample, every image is found, with {@code .cls} (a whole number) as its label and {@code
 * .json} (an object) and {@code .txt} as its attributes. What is claimed of lengths is checked against the limits
 * before anything is allocated.
 */
final class TarSource implements ImageSource {

    private static final int MAX_SIDECAR_BYTES = 16 << 10;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String source;
    private final Reading reading;
    private final TarEntries entries;
    private final Deque<Found> ready = new ArrayDeque<>();
    private final Samples samples;
    /** What the entry is read from that is being read. */
    private TarArchiveInputStream tar;

    private boolean ended;

    private TarSource(String source, TarEntries entries, Reading reading, int atOnce) {
        this.source = source;
        this.reading = reading;
        this.entries = entries;
        this.samples = new Samples(ready::add, atOnce);
    }

    /**
     * A whole file, from front to back.
     *
     * @param source what the file is called to people
     * @param atOnce how many such files are read at the same time, between which memory is divided
     */
    static TarSource open(Path file, String source, Packing packing, Reading reading, int atOnce) throws IOException {
        return new TarSource(source, TarEntries.all(FileBytes.open(file, packing)), reading, atOnce);
    }

    /** Some entries of a file that is not compressed. @param offsets where their headers begin */
    static TarSource open(Path file, String source, long[] offsets, Reading reading) {
        return new TarSource(source, TarEntries.some(file, offsets), reading, 1);
    }

    @Override
    public Optional<Found> next() {
        while (ready.isEmpty() && !ended) {
            try {
                readEntry();
            } catch (IOException | IllegalArgumentException damaged) {
                samples.finish();
                ready.add(new Found.Unreadable(source, "is damaged or cut off: " + FileFault.of(damaged)));
                ended = true;
            }
        }
        return Optional.ofNullable(ready.poll());
    }

    private void readEntry() throws IOException {
        TarArchiveEntry entry = entries.next();
        if (entry == null) {
            samples.finish();
            ended = true;
            return;
        }
        tar = entries.content();
        if (entry.isFile()) {
            readFile(entry);
        } else if (!entry.isDirectory()) {
            ready.add(new Found.Skipped(source + "/" + entry.getName(), "is a link or a device in an archive"));
        }
    }

    private void readFile(TarArchiveEntry entry) throws IOException {
        String path = entry.getName();
        String name = path.substring(path.lastIndexOf('/') + 1);
        String where = source + "/" + path;
        int dot = name.indexOf('.');
        if (dot == 0) {
            ready.add(Found.Skipped.hidden(where));
            return;
        }
        if (dot < 0) {
            ready.add(Found.Skipped.noImage(where));
            return;
        }
        String key = keyOf(path);
        String part = name.substring(dot, name.lastIndexOf('.'));
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (FileKind.saysImage(name)) {
            readImage(entry, key, part, where);
        } else if (ending.equals("cls") || ending.equals("json") || ending.equals("txt")) {
            readSidecar(entry, key, part, where, ending);
        } else {
            ready.add(FileKind.saysArchive(name) ? Found.Skipped.nested(where) : Found.Skipped.noImage(where));
        }
    }

    /** What the entries of one sample have in common: the path up to the first dot of the name. */
    static String keyOf(String path) {
        int dot = path.indexOf('.', path.lastIndexOf('/') + 1);
        return dot < 0 ? path : path.substring(0, dot);
    }

    private void readImage(TarArchiveEntry entry, String key, String part, String where) throws IOException {
        if (entry.getSize() > reading.maxImageBytes()) {
            ready.add(new Found.Unreadable(where, reading.tooLarge(entry.getSize())));
        } else if (entry.getSize() == 0) {
            ready.add(new Found.Unreadable(where, "is empty"));
        } else {
            samples.makeRoom(entry.getSize());
            byte[] encoded = take(entry);
            samples.addImage(
                    key, part, new Found.Image(where, encoded, OptionalInt.empty(), modified(entry), Map.of()));
        }
    }

    private byte[] take(TarArchiveEntry entry) throws IOException {
        byte[] content = tar.readNBytes((int) entry.getSize()); // grows with what is really there
        if (content.length != entry.getSize()) {
            throw new IOException(entry.getName() + " has " + content.length + " of " + entry.getSize() + " bytes");
        }
        return content;
    }

    private static Instant modified(TarArchiveEntry entry) {
        return entry.getLastModifiedTime().toInstant().truncatedTo(ChronoUnit.MILLIS);
    }

    private void readSidecar(TarArchiveEntry entry, String key, String part, String where, String ending)
            throws IOException {
        if (entry.getSize() > MAX_SIDECAR_BYTES) {
            ready.add(new Found.Unreadable(
                    where,
                    "has " + entry.getSize() + " bytes, and " + MAX_SIDECAR_BYTES + " are allowed beside an image"));
            return;
        }
        String text = new String(take(entry), StandardCharsets.UTF_8).strip();
        try {
            switch (ending) {
                case "cls" -> samples.addLabel(key, part, where, Integer.parseInt(text));
                case "json" -> readFields(key, part, where, JSON.readTree(text));
                default -> samples.addAttribute(key, part, where, "txt", text);
            }
        } catch (NumberFormatException | JsonProcessingException damaged) {
            ready.add(new Found.Unreadable(
                    where, ending.equals("cls") ? "is no whole number" : "is no JSON that can be read"));
        }
    }

    /** The fields of an object, a text as it is and anything else as JSON. */
    private void readFields(String key, String part, String where, JsonNode json) {
        json.properties()
                .forEach(field -> samples.addAttribute(
                        key,
                        part,
                        where,
                        field.getKey(),
                        field.getValue().isTextual()
                                ? field.getValue().textValue()
                                : field.getValue().toString()));
    }

    @Override
    public long bytesRead() {
        return entries.bytesRead();
    }

    @Override
    public void close() {
        ended = true;
        ready.clear();
        entries.close();
    }
}
