package io.streamclr.ingest.source;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A file of grey images in the IDX form of MNIST (magic 0x00000803, then count, height, width as big-endian 32-bit
 * numbers, then the pixels), with the labels from the file beside it (magic 0x00000801) where there is one:
 * {@code train-images-idx3-ubyte.gz} and {@code train-labels-idx1-ubyte.gz}. Every image becomes a {@link StoredPng}.
 */
final class IdxSource implements ImageSource {

    private static final int IMAGES = 0x00000803;
    private static final int LABELS = 0x00000801;
    private static final int MAX_SIDE_PIXELS = 2048;
    /** Labels are held in memory, one byte each. */
    private static final int MAX_COUNT = 100_000_000;

    private final String source;
    private final Instant capturedAt;
    private final FileBytes bytes;
    private final DataInputStream in;
    private final int count;
    private final int width;
    private final int height;
    /** One byte an image; empty where there is no file of labels. */
    private final byte[] labels;

    private int next;

    private IdxSource(
            String source, Instant capturedAt, FileBytes bytes, int count, int width, int height, byte[] labels) {
        this.source = source;
        this.capturedAt = capturedAt;
        this.bytes = bytes;
        this.in = new DataInputStream(bytes.stream());
        this.count = count;
        this.width = width;
        this.height = height;
        this.labels = labels;
    }

    /**
     * @param source what the file is called to people
     * @throws RefusalException if the header cannot be true, or the labels are of another number than the images
     */
    static IdxSource open(Path file, String source, Packing packing) throws IOException {
        FileBytes bytes = FileBytes.open(file, packing);
        try {
            DataInputStream in = new DataInputStream(bytes.stream());
            if (in.readInt() != IMAGES) {
                throw new RefusalException(
                        source + " is no IDX file of images; give the one called ...-images-idx3-...");
            }
            int count = in.readInt();
            int height = in.readInt();
            int width = in.readInt();
            if (count < 0 || count > MAX_COUNT || !isSide(height) || !isSide(width)) {
                throw new RefusalException(source + " claims " + count + " images of " + width + " x " + height
                        + " pixels, which no IDX file of images holds; fetch it again");
            }
            long claimed = 16 + (long) count * height * width;
            if (packing == Packing.NONE && Files.size(file) < claimed) {
                throw new RefusalException(source + " claims " + count + " images in " + claimed + " bytes but has "
                        + Files.size(file) + "; fetch it again");
            }
            byte[] labels = labels(file, source, count);
            return new IdxSource(source, FileSource.modified(file), bytes, count, width, height, labels);
        } catch (EOFException tooShort) {
            bytes.close();
            throw new RefusalException(source + " ends within its header; fetch it again", tooShort);
        } catch (IOException | RuntimeException failed) {
            bytes.close();
            throw failed;
        }
    }

    private static boolean isSide(int pixels) {
        return pixels >= 1 && pixels <= MAX_SIDE_PIXELS;
    }

    private static byte[] labels(Path images, String source, int count) throws IOException {
        Optional<Path> file = partner(images, "images", "labels", "idx3", "idx1");
        if (file.isEmpty()) {
            return new byte[0];
        }
        try (FileBytes bytes =
                FileBytes.open(file.get(), file.get().toString().endsWith(".gz") ? Packing.GZIP : Packing.NONE)) {
            DataInputStream in = new DataInputStream(bytes.stream());
            if (in.readInt() != LABELS || in.readInt() != count) {
                throw new RefusalException("The labels in " + file.get() + " are not those of the " + count
                        + " images in " + source + "; fetch both again");
            }
            byte[] labels = in.readNBytes(count); // grows with what is really there
            if (labels.length != count) {
                throw new EOFException();
            }
            return labels;
        } catch (EOFException tooShort) {
            throw new RefusalException(
                    "The labels in " + file.get() + " end before the " + count + "th; fetch them again", tooShort);
        }
    }

    /** Whether the images that this file of labels belongs to lie beside it. */
    static boolean hasImages(Path labels) {
        return partner(labels, "labels", "images", "idx1", "idx3").isPresent();
    }

    private static Optional<Path> partner(Path file, String from, String to, String fromForm, String toForm) {
        String name = file.getFileName().toString();
        int at = name.lastIndexOf(from);
        if (at < 0) {
            return Optional.empty();
        }
        String other = name.substring(0, at)
                + to
                + name.substring(at + from.length()).replace(fromForm, toForm).replaceFirst("\\.gz$", "");
        for (String candidate : new String[] {other, other + ".gz"}) {
            Path path = file.resolveSibling(candidate);
            if (Files.isRegularFile(path)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Found> next() {
        if (next == count) {
            return Optional.empty();
        }
        int index = next++;
        byte[] pixels = new byte[width * height];
        try {
            in.readFully(pixels);
        } catch (IOException damaged) {
            next = count;
            String cause = damaged instanceof EOFException ? "" : " (" + FileFault.of(damaged) + ")";
            return Optional.of(
                    new Found.Unreadable(source, "ends after " + index + " of " + count + " images" + cause));
        }
        OptionalInt label = labels.length == 0 ? OptionalInt.empty() : OptionalInt.of(labels[index] & 0xff);
        byte[] png = StoredPng.grey(pixels, width, height);
        return Optional.of(new Found.Image(source + "#" + index, png, label, capturedAt, Map.of()));
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
