package io.streamclr.console.embed;

import io.streamclr.schemas.RefusalException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NumPy's own form, version 1.0: 32-bit floats, little-endian, one row an image. Who the rows are stands in a file beside
 * it, {@code FILE.tsv}: id, source, label and class name, one line a row, tabs and line ends in them written as spaces. The
 * files of release 0.1 have no class names.
 */
final class NpyFile implements EmbeddingFile {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

    /** Room for a header with any number of rows; a multiple of 64, as the form asks. */
    private static final int HEADER = 128;

    private static final Pattern SHAPE =
            Pattern.compile("'descr': '<f4', 'fortran_order': False, 'shape': \\((\\d+), (\\d+)\\)");
    private static final String COLUMNS = "id\tsource\tlabel\tclass_name";

    private final Path file;
    private final int dimension;
    private final FileChannel rows;
    private final BufferedWriter names;
    private long count;

    NpyFile(Path file, int dimension) throws IOException {
        this.file = file;
        this.dimension = dimension;
        this.rows = FileChannel.open(
                EmbeddingFile.partial(file),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        rows.position(HEADER);
        this.names = Files.newBufferedWriter(EmbeddingFile.partial(names(file)));
        names.write(COLUMNS + "\n");
    }

    /** The file that says who the rows are. */
    static Path names(Path file) {
        return file.resolveSibling(file.getFileName() + ".tsv");
    }

    @Override
    public void add(Entry entry, float[] features) throws IOException {
        ByteBuffer row = ByteBuffer.allocate(Float.BYTES * dimension).order(ByteOrder.LITTLE_ENDIAN);
        row.asFloatBuffer().put(features);
        writeFully(row);
        String label = entry.label() == Entry.NO_LABEL ? "" : Integer.toString(entry.label());
        names.write(
                String.join("\t", entry.id(), inOneCell(entry.source()), label, inOneCell(entry.className())) + "\n");
        count++;
    }

    private static String inOneCell(String text) {
        return text.replaceAll("[\\t\\r\\n]", " ");
    }

    @Override
    public void finish() throws IOException {
        String header = String.format(
                Locale.ROOT, "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", count, dimension);
        ByteBuffer bytes = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        int text = HEADER - MAGIC.length - Short.BYTES;
        bytes.put(MAGIC).putShort((short) text);
        bytes.put(String.format(Locale.ROOT, "%-" + (text - 1) + "s\n", header).getBytes(StandardCharsets.US_ASCII));
        rows.position(0);
        writeFully(bytes.flip());
        rows.force(true);
        rows.close();
        names.close();
        EmbeddingFile.moveIntoPlace(names(file));
        EmbeddingFile.moveIntoPlace(file);
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            rows.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        names.close();
        rows.close();
        Files.deleteIfExists(EmbeddingFile.partial(file));
        Files.deleteIfExists(EmbeddingFile.partial(names(file)));
    }

    /** @throws RefusalException if the file is none of these, or its names are missing or of another length */
    static Embeddings read(Path file) throws IOException {
        List<Entry> entries = readNames(file);
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer header = ByteBuffer.allocate(HEADER);
            while (header.hasRemaining() && channel.read(header) >= 0) {
                // Until the header is whole.
            }
            Matcher shape = SHAPE.matcher(new String(header.array(), StandardCharsets.ISO_8859_1));
            if (!shape.find() || header.getShort(8) != Short.reverseBytes((short) (HEADER - 10))) {
                throw new RefusalException(file + " is no file of embeddings that 'streamclr embed' wrote; make one");
            }
            long count = Long.parseLong(shape.group(1));
            int dimension = Integer.parseInt(shape.group(2));
            if (count != entries.size() || channel.size() != HEADER + Float.BYTES * count * dimension) {
                throw new RefusalException(file + " and " + names(file) + " do not belong together: " + count
                        + " rows and " + entries.size() + " names; make both again with 'streamclr embed'");
            }
            Embeddings.Builder all = new Embeddings.Builder();
            ByteBuffer row = ByteBuffer.allocate(Float.BYTES * dimension).order(ByteOrder.LITTLE_ENDIAN);
            for (Entry entry : entries) {
                row.clear();
                while (row.hasRemaining() && channel.read(row) >= 0) {
                    // Until the row is whole.
                }
                float[] features = new float[dimension];
                row.flip().asFloatBuffer().get(features);
                all.add(entry, features);
            }
            return all.build();
        }
    }

    private static List<Entry> readNames(Path file) throws IOException {
        if (!Files.isRegularFile(names(file))) {
            throw new RefusalException("There is no " + names(file) + ", which says whose embeddings " + file
                    + " holds; make both with 'streamclr embed'");
        }
        List<Entry> entries = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(names(file))) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split("\t", 4);
                if (words.length < 3) {
                    throw new RefusalException("A line of " + names(file) + " does not have four columns: '" + line
                            + "'; make the file again with 'streamclr embed'");
                }
                entries.add(new Entry(
                        words[0],
                        words[1],
                        words[2].isEmpty() ? Entry.NO_LABEL : Integer.parseInt(words[2]),
                        words.length == 4 ? words[3] : ""));
            }
        }
        return entries;
    }
}
