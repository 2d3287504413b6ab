package io.streamclr.console.sink;

import com.jerolba.carpet.CarpetReader;
import com.jerolba.carpet.CarpetWriter;
import com.jerolba.carpet.io.FileSystemInputFile;
import com.jerolba.carpet.io.FileSystemOutputFile;
import io.streamclr.console.vectors.StoredEmbedding;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter.Mode;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** A Parquet file of this machine that is being filled. */
final class FilledFile {

    private static final String TOPIC_ID = "streamclr.topic.id";

    /** What a writer holds in memory at most, so that there can be one for each partition. */
    private static final long ROW_GROUP_BYTES = 16 << 20;

    private final Path file;
    private final CarpetWriter<EmbeddingRow> rows;
    private int count;
    private long last;

    FilledFile(Path file, String topicId) throws IOException {
        this.file = file;
        // Floats of embeddings have no pattern: neither a dictionary nor compression makes them smaller.
        this.rows = new CarpetWriter.Builder<>(new FileSystemOutputFile(file.toFile()), EmbeddingRow.class)
                .withWriteMode(Mode.OVERWRITE)
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .withDictionaryEncoding("embedding.list.element", false)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withExtraMetaData(Map.of(TOPIC_ID, topicId))
                .build();
    }

    void add(StoredEmbedding embedding) throws IOException {
        rows.write(EmbeddingRow.of(embedding));
        count++;
        last = embedding.at();
    }

    int count() {
        return count;
    }

    /** The offset in {@code embeddings} of the row that was added last. */
    long last() {
        return last;
    }

    /** Completes the file, and waits until it is on the disk. */
    Path complete() throws IOException {
        rows.close();
        try (FileChannel written = FileChannel.open(file, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        return file;
    }

    void drop() throws IOException {
        rows.close();
        Files.deleteIfExists(file);
    }

    /** What a complete file says of the topic that it was filled from. @param highest offset in {@code images} of its rows */
    record Content(String topicId, long highest) {}

    private record Place(long offset) {}

    static Content read(Path file) throws IOException {
        String topicId;
        try (ParquetFileReader reader = ParquetFileReader.open(new FileSystemInputFile(file.toFile()))) {
            topicId = reader.getFileMetaData().getKeyValueMetaData().getOrDefault(TOPIC_ID, "");
        }
        long highest = -1;
        for (Place place : new CarpetReader<>(file.toFile(), Place.class)) {
            highest = Math.max(highest, place.offset());
        }
        return new Content(topicId, highest);
    }
}
