package io.streamclr.console.embed;

import com.jerolba.carpet.CarpetReader;
import com.jerolba.carpet.CarpetWriter;
import com.jerolba.carpet.annotation.Alias;
import com.jerolba.carpet.annotation.NotNull;
import com.jerolba.carpet.io.FileSystemOutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.hadoop.ParquetFileWriter.Mode;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** A Parquet file with the columns id, source, label and class_name (null where nobody says), and embedding, a list of floats. */
final class ParquetFile implements EmbeddingFile {

    private final Path file;
    private final CarpetWriter<Row> rows;

    /** A row, as its columns are named. */
    record Row(
            @NotNull String id,
            @NotNull String source,
            Integer label,
            @Alias("class_name") String className,
            @NotNull List<@NotNull Float> embedding) {}

    ParquetFile(Path file) throws IOException {
        this.file = file;
        Path partial = EmbeddingFile.partial(file);
        // Floats of embeddings have no pattern: neither a dictionary nor compression makes them smaller.
        this.rows = new CarpetWriter.Builder<>(new FileSystemOutputFile(partial.toFile()), Row.class)
                .withWriteMode(Mode.OVERWRITE)
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .withDictionaryEncoding(false)
                .build();
    }

    @Override
    public void add(Entry entry, float[] features) throws IOException {
        List<Float> embedding = new ArrayList<>(features.length);
        for (float value : features) {
            embedding.add(value);
        }
        Integer label = entry.label() == Entry.NO_LABEL ? null : entry.label();
        rows.write(new Row(
                entry.id(), entry.source(), label, entry.className().isEmpty() ? null : entry.className(), embedding));
    }

    @Override
    public void finish() throws IOException {
        rows.close();
        EmbeddingFile.moveIntoPlace(file);
    }

    @Override
    public void close() throws IOException {
        rows.close();
        Files.deleteIfExists(EmbeddingFile.partial(file));
    }

    static Embeddings read(Path file) throws IOException {
        Embeddings.Builder all = new Embeddings.Builder();
        for (Row row : new CarpetReader<>(file.toFile(), Row.class)
                // Release 0.1 wrote no class names.
                .withFailOnMissingColumn(false)
                .toList()) {
            float[] features = new float[row.embedding().size()];
            for (int i = 0; i < features.length; i++) {
                features[i] = row.embedding().get(i);
            }
            all.add(
                    new Entry(
                            row.id(),
                            row.source(),
                            row.label() == null ? Entry.NO_LABEL : row.label(),
                            row.className() == null ? "" : row.className()),
                    features);
        }
        return all.build();
    }
}
