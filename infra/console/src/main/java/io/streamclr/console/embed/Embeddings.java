package io.streamclr.console.embed;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.Features;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Images and what an encoder made of them, in one order.
 *
 * @param entries 1 or more
 * @param features one row an entry
 */
record Embeddings(List<Entry> entries, Features features) {

    Embeddings {
        entries = List.copyOf(entries);
        if (entries.size() != features.rows()) {
            throw new IllegalArgumentException(entries.size() + " images and " + features);
        }
    }

    /**
     * Reads what {@code streamclr embed} wrote.
     *
     * @throws RefusalException if there is no such file, or none that it wrote
     */
    static Embeddings read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new RefusalException("There is no file " + file + "; make one with 'streamclr embed'");
        }
        try {
            return switch (EmbeddingFile.Form.of(file)) {
                case NPY -> NpyFile.read(file);
                case PARQUET -> ParquetFile.read(file);
            };
        } catch (IOException | NumberFormatException broken) {
            throw new RefusalException(
                    "Cannot read " + file + ": " + FileFault.of(broken) + "; make it again with 'streamclr embed'",
                    broken);
        }
    }

    /** Collects embeddings in memory. */
    static final class Builder {

        private final List<Entry> entries = new ArrayList<>();
        private final List<float[]> rows = new ArrayList<>();

        void add(Entry entry, float[] features) {
            if (!rows.isEmpty() && rows.get(0).length != features.length) {
                throw new RefusalException("The embedding of " + entry.source() + " has " + features.length
                        + " features and others have " + rows.get(0).length + "; use embeddings of one encoder");
            }
            entries.add(entry);
            rows.add(features);
        }

        /** @throws RefusalException if nothing was added, or it is more than one search holds */
        Embeddings build() {
            if (rows.isEmpty()) {
                throw new RefusalException("There are no embeddings to search in; give images that can be decoded");
            }
            int dimension = rows.get(0).length;
            long values = (long) rows.size() * dimension;
            if (values > Integer.MAX_VALUE / Float.BYTES) {
                throw new RefusalException(rows.size() + " embeddings of " + dimension
                        + " features are more than one search holds; search in fewer images");
            }
            float[] all = new float[(int) values];
            for (int i = 0; i < rows.size(); i++) {
                System.arraycopy(rows.get(i), 0, all, i * dimension, dimension);
            }
            return new Embeddings(entries, Features.copyOf(all, dimension));
        }
    }
}
