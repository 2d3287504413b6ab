package io.streamclr.ingest.source;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A file of CIFAR-10 or CIFAR-100 in its binary form: records of the labels, one byte each (CIFAR-10: the class;
 * CIFAR-100: the coarse, then the fine one), and 32 x 32 pixels as a red, a green and a blue plane. Every image becomes
 * a {@link StoredPng}. Such a file has no mark of its own: it is known by the names that the data sets have. What the classes
 * are called stands in a text file beside it, if that is there.
 */
final class CifarSource implements ImageSource {

    private static final int SIDE = 32;
    private static final int PIXELS = SIDE * SIDE;

    /** Those of CIFAR-100 take 1 KiB. */
    private static final int MOST_NAME_BYTES = 16 << 10;

    private final String source;
    private final Instant capturedAt;
    private final FileBytes bytes;
    private final int labels;
    private final List<String> names;
    private final long count;

    private long next;

    private CifarSource(
            String source, Instant capturedAt, FileBytes bytes, int labels, List<String> names, long count) {
        this.source = source;
        this.capturedAt = capturedAt;
        this.bytes = bytes;
        this.labels = labels;
        this.names = names;
        this.count = count;
    }

    /**
     * @param source what the file is called to people
     * @param labels how many an image has: 1 in CIFAR-10, 2 in CIFAR-100
     * @throws RefusalException if the file does not consist of such records
     */
    static CifarSource open(Path file, String source, int labels) throws IOException {
        long size = Files.size(file);
        int record = labels + 3 * PIXELS;
        if (size % record != 0) {
            throw new RefusalException(source + " has " + size + " bytes, which is no multiple of the " + record
                    + " bytes of a CIFAR-" + (labels == 1 ? 10 : 100) + " image; fetch it again");
        }
        return new CifarSource(
                source,
                FileSource.modified(file),
                FileBytes.open(file, Packing.NONE),
                labels,
                names(file, labels),
                size / record);
    }

    /** By number; empty where no such file lies beside the images, or it is none that the data sets have. */
    private static List<String> names(Path file, int labels) {
        Path beside = file.resolveSibling(labels == 1 ? "batches.meta.txt" : "fine_label_names.txt");
        try {
            if (!Files.isRegularFile(beside) || Files.size(beside) > MOST_NAME_BYTES) {
                return List.of();
            }
            List<String> names = Files.readAllLines(beside).stream()
                    .map(String::strip)
                    .filter(name -> !name.isEmpty())
                    .toList();
            return names.size() == (labels == 1 ? 10 : 100) ? names : List.of();
        } catch (IOException unreadable) {
            return List.of(); // they are for people, and the numbers are there
        }
    }

    @Override
    public Optional<Found> next() {
        if (next == count) {
            return Optional.empty();
        }
        long index = next++;
        try {
            byte[] record = bytes.stream().readNBytes(labels + 3 * PIXELS);
            if (record.length == labels + 3 * PIXELS) {
                return Optional.of(image(record, index));
            }
            next = count;
            return Optional.of(new Found.Unreadable(source, "ends after " + index + " of " + count + " images"));
        } catch (IOException damaged) {
            next = count;
            return Optional.of(new Found.Unreadable(source, FileSource.why(damaged)));
        }
    }

    private Found image(byte[] record, long index) {
        byte[] pixels = new byte[3 * PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            for (int channel = 0; channel < 3; channel++) {
                pixels[3 * i + channel] = record[labels + channel * PIXELS + i];
            }
        }
        int[] classes = new int[labels];
        Arrays.setAll(classes, i -> record[i] & 0xff);
        int label = classes[labels - 1];
        return new Found.Image(
                source + "#" + index,
                StoredPng.rgb(pixels, SIDE, SIDE),
                OptionalInt.of(label),
                label < names.size() ? names.get(label) : "",
                capturedAt,
                labels == 1 ? Map.of() : Map.of("coarse", Integer.toString(classes[0])));
    }

    @Override
    public long bytesRead() {
        return bytes.read();
    }

    @Override
    public void close() {
        next = count;
        bytes.close();
    }
}
