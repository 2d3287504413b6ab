package io.streamclr.ingest.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
 * .json} (an object) and {@code .txt} as its attributes. What is claimed of lengths is held against the limits before
 * anything is allocated.
 */
final class TarSource implements ImageSource {

    private static final int MAX_SIDECAR_BYTES = 16 << 10;
    /** Names and extended headers of one entry; the tar library reads these whole. */
    private static final int MAX_HEADER_BYTES = 1 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String source;
    private final Reading reading;
    private final FileBytes file;
    private final BudgetedStream bytes;
    private final TarArchiveInputStream tar;
    private final Deque<Found> ready = new ArrayDeque<>();
    private final Samples samples = new Samples(ready::add);
    private boolean ended;

    private TarSource(String source, FileBytes file, Reading reading) {
        this.source = source;
        this.reading = reading;
        this.file = file;
        this.bytes = new BudgetedStream(file.stream());
        this.tar = new TarArchiveInputStream(bytes, StandardCharsets.UTF_8.name());
    }

    /** @param source what the file is called to people */
    static TarSource open(Path file, String source, Packing packing, Reading reading) throws IOException {
        return new TarSource(source, FileBytes.open(file, packing), reading);
    }

    @Override
    public Optional<Found> next() {
        while (ready.isEmpty() && !ended) {
            try {
                readEntry();
            } catch (IOException | IllegalArgumentException damaged) {
                samples.finish();
                ready.add(new Found.Unreadable(source, "is damaged or cut off: " + damaged.getMessage()));
                ended = true;
            }
        }
        return Optional.ofNullable(ready.poll());
    }

    private void readEntry() throws IOException {
        bytes.allow(MAX_HEADER_BYTES);
        TarArchiveEntry entry = tar.getNextEntry();
        bytes.allow(Long.MAX_VALUE);
        if (entry == null) {
            samples.finish();
            ended = true;
            return;
        }
        if (entry.isSparse()) {
            throw new IOException(entry.getName() + " is a sparse entry, which no data set needs");
        }
        if (entry.isFile()) {
            readFile(entry);
        } else if (!entry.isDirectory()) {
            ready.add(new Found.Skipped(source + "/" + entry.getName(), "is a link or a device in an archive"));
        }
        // Here and not within getNextEntry, so that the budget of a header counts the header alone.
        tar.transferTo(OutputStream.nullOutputStream());
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
        String key = path.substring(0, path.length() - name.length() + dot);
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
        return file.read();
    }

    @Override
    public void close() {
        ended = true;
        ready.clear();
        file.close();
    }

    /** A stream that fails when more is read than was allowed. */
    private static final class BudgetedStream extends FilterInputStream {

        private long left = MAX_HEADER_BYTES;

        BudgetedStream(InputStream in) {
            super(in);
        }

        void allow(long bytes) {
            left = bytes;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            spend(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            spend(Math.max(0, read));
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            spend(skipped);
            return skipped;
        }

        private void spend(long bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new IOException("an entry's header is larger than " + MAX_HEADER_BYTES + " bytes");
            }
        }
    }
}
