package io.streamclr.console.embed;

import io.streamclr.schemas.RefusalException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file of embeddings that is being written, beside its place; closing it without {@link #finish} leaves nothing. */
interface EmbeddingFile extends Closeable {

    /** @param features as many for every entry */
    void add(Entry entry, float[] features) throws IOException;

    /** Moves what was added into place. */
    void finish() throws IOException;

    /**
     * A file of the form that its name asks for.
     *
     * @param dimension features of an image, 1 or more
     * @throws RefusalException if the name asks for another form
     */
    static EmbeddingFile create(Path file, int dimension) throws IOException {
        return switch (Form.of(file)) {
            case NPY -> new NpyFile(file, dimension);
            case PARQUET -> new ParquetFile(file);
        };
    }

    /** Where a file is written until it is whole. */
    static Path partial(Path file) {
        return file.resolveSibling(file.getFileName() + ".partial");
    }

    static void moveIntoPlace(Path file) throws IOException {
        Files.move(partial(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The forms of such files. */
    enum Form {
        NPY,
        PARQUET;

        static Form of(Path file) {
            String name = file.getFileName().toString();
            if (name.endsWith(".npy")) {
                return NPY;
            }
            if (name.endsWith(".parquet")) {
                return PARQUET;
            }
            throw RefusalException.ofUsage(
                    "The file " + file + " must end in .npy or .parquet, which says the form of the"
                            + " embeddings; give it one of these endings");
        }
    }
}
