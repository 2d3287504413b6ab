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
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A tar file in WebDataset form: neighbouring entries whose paths agree up to the first dot of the file name make one
 * sample. Of a sample, every image is found, with {@code .cls} (a whole number) as its label and {@code .json} (an
 * object) and {@code .txt} as its attributes. What is claimed of lengths is held against the limits before anything is
 * allocated.
 */
final class TarSource implements ImageSource {

    private static final int MAX_SIDECAR_BYTES = 16 << 10;
    /** Names and extended headers of one entry; the tar library reads these whole. */
    private static final int MAX_HEADER_BYTES = 1 << 20;
    /** A sample beyond this is handed out in parts; the later parts then lack the earlier sidecars. */
    private static final int MAX_SAMPLE_BYTES = 64 << 20;
    /** What an image or an attribute takes beside its content, so that very many small ones count for what they are. */
    private static final int BYTES_TO_HOLD = 256;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String source;
    private final FileBytes file;
    private final BudgetedStream bytes;
    private final TarArchiveInputStream tar;
    private final Deque<Found> ready = new ArrayDeque<>();

    private String sample = "";
    private final List<Found.Image> images = new ArrayList<>();
    private long sampleBytes;
    private OptionalInt label = OptionalInt.empty();
    private final Map<String, String> attributes = new HashMap<>();
    private boolean ended;

    private TarSource(String source, FileBytes file) {
        this.source = source;
        this.file = file;
        this.bytes = new BudgetedStream(file.stream());
        this.tar = new TarArchiveInputStream(bytes, StandardCharsets.UTF_8.name());
    }

    /** @param source what the file is called to people */
    static TarSource open(Path file, String source, boolean zipped) throws IOException {
        return new TarSource(source, FileBytes.open(file, zipped));
    }

    @Override
    public Optional<Found> next() {
        while (ready.isEmpty() && !ended) {
            try {
                readEntry();
            } catch (IOException | IllegalArgumentException damaged) {
                finishSample();
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
            finishSample();
            ended = true;
            return;
        }
        if (entry.isSparse()) {
            throw new IOException(entry.getName() + " is a sparse entry, which no data set needs");
        }
        if (entry.isFile()) {
            readFile(entry);
        }
        // Here and not within getNextEntry, so that the budget of a header counts the header alone.
        tar.transferTo(OutputStream.nullOutputStream());
    }

    private void readFile(TarArchiveEntry entry) throws IOException {
        String path = entry.getName();
        String name = path.substring(path.lastIndexOf('/') + 1);
        String where = source + "/" + path;
        int dot = name.indexOf('.');
        if (dot <= 0) { // no ending, or hidden
            ready.add(new Found.Skipped(where));
            return;
        }
        String key = path.substring(0, path.length() - name.length() + dot);
        if (!key.equals(sample)) {
            finishSample();
            sample = key;
        }
        String ending = name.substring(dot + 1);
        if (FileKind.saysImage(name)) {
            readImage(entry, where);
        } else if (ending.equals("cls") || ending.equals("json") || ending.equals("txt")) {
            readSidecar(entry, where, ending);
        } else {
            ready.add(new Found.Skipped(where));
        }
    }

    private void readImage(TarArchiveEntry entry, String where) throws IOException {
        if (entry.getSize() > MAX_IMAGE_BYTES) {
            ready.add(new Found.Unreadable(where, FileSource.tooLarge(entry.getSize())));
        } else if (entry.getSize() == 0) {
            ready.add(new Found.Unreadable(where, "is empty"));
        } else {
            makeRoom(entry.getSize() + where.length() + BYTES_TO_HOLD);
            byte[] encoded = take(entry);
            images.add(new Found.Image(where, encoded, OptionalInt.empty(), modified(entry), Map.of()));
        }
    }

    private void makeRoom(long bytes) {
        if (sampleBytes + bytes > MAX_SAMPLE_BYTES) {
            finishSample();
        }
        sampleBytes += bytes;
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

    private void readSidecar(TarArchiveEntry entry, String where, String ending) throws IOException {
        if (entry.getSize() > MAX_SIDECAR_BYTES) {
            ready.add(new Found.Unreadable(
                    where,
                    "has " + entry.getSize() + " bytes, and " + MAX_SIDECAR_BYTES + " are allowed beside an image"));
            return;
        }
        String text = new String(take(entry), StandardCharsets.UTF_8).strip();
        try {
            switch (ending) {
                case "cls" -> label = OptionalInt.of(Integer.parseInt(text));
                case "json" -> readFields(JSON.readTree(text));
                default -> addAttribute("txt", text);
            }
        } catch (NumberFormatException | JsonProcessingException damaged) {
            ready.add(new Found.Unreadable(
                    where, ending.equals("cls") ? "is no whole number" : "is no JSON that can be read"));
        }
    }

    /** The fields of an object, a text as it is and anything else as JSON. */
    private void readFields(JsonNode json) {
        json.properties()
                .forEach(field -> addAttribute(
                        field.getKey(),
                        field.getValue().isTextual()
                                ? field.getValue().textValue()
                                : field.getValue().toString()));
    }

    private void addAttribute(String name, String value) {
        makeRoom(name.length() + value.length() + BYTES_TO_HOLD);
        attributes.put(name, value);
    }

    private void finishSample() {
        Map<String, String> shared = Map.copyOf(attributes); // one copy, however many images there are
        for (Found.Image image : images) {
            ready.add(new Found.Image(image.source(), image.encoded(), label, image.capturedAt(), shared));
        }
        images.clear();
        sampleBytes = 0;
        label = OptionalInt.empty();
        attributes.clear();
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
