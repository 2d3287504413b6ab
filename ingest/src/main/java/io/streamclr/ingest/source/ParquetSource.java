package io.streamclr.ingest.source;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

/**
 * A Parquet file with a column of images, as {@link ImageColumns} finds it. One row group is in memory at a time, and of
 * it the columns of images and labels alone; {@link ParquetLimits} are looked at before.
 */
final class ParquetSource implements ImageSource {

    private final String source;
    private final Instant capturedAt;
    private final InputFile file;
    private final ParquetFileReader reader;
    private final ImageColumns columns;
    private final Reading reading;
    private final ParquetLimits limits;

    private RecordReader<Group> records;
    private long row;
    /** The first row of the group that comes next. */
    private long end;

    private int group;
    private long bytesRead;

    private ParquetSource(
            String source,
            Instant capturedAt,
            InputFile file,
            ParquetFileReader reader,
            ImageColumns columns,
            Reading reading,
            ParquetLimits limits) {
        this.source = source;
        this.capturedAt = capturedAt;
        this.file = file;
        this.reader = reader;
        this.columns = columns;
        this.reading = reading;
        this.limits = limits;
        reader.setRequestedSchema(columns.asked());
    }

    /**
     * @param source what the file is called to people
     * @throws RefusalException if it has no column of images, or cannot be read as Parquet
     */
    static ParquetSource open(Path path, String source, Reading reading, ParquetLimits limits) throws IOException {
        InputFile file = new ChannelInputFile(path);
        try {
            limits.requireFooter(file);
            ParquetFileReader reader = ParquetFileReader.open(
                    file,
                    ParquetReadOptions.builder(new PlainParquetConfiguration()).build());
            try {
                MessageType schema = reader.getFileMetaData().getSchema();
                ImageColumns columns = ImageColumns.in(schema)
                        .orElseThrow(() -> new RefusalException(source + " has no column of images, which is a struct"
                                + " with binary field bytes, or is binary itself; it has " + names(schema)));
                return new ParquetSource(source, FileSource.modified(path), file, reader, columns, reading, limits);
            } catch (RuntimeException refused) {
                reader.close();
                throw refused;
            }
        } catch (RefusalException refused) {
            throw refused;
        } catch (IOException | RuntimeException damaged) { // the library has many ways to say so
            throw new RefusalException(
                    source + " cannot be read as Parquet (" + FileFault.of(damaged) + "); fetch it again", damaged);
        }
    }

    private static String names(MessageType schema) {
        return String.join(
                ", ",
                schema.getFields().stream()
                        .limit(20)
                        .map(field -> field.getName())
                        .toList());
    }

    @Override
    public Optional<Found> next() {
        while (true) {
            try {
                if (row < end) {
                    return Optional.of(columns.image(records.read(), source + "#" + row++, capturedAt, reading));
                }
                if (!openGroup()) {
                    return Optional.empty();
                }
            } catch (IOException | RuntimeException damaged) {
                long at = row;
                row = end;
                return Optional.of(new Found.Unreadable(
                        source, "is damaged or too large at row " + at + ": " + FileFault.of(damaged)));
            }
        }
    }

    /** False at the end. A group that cannot be read is left out. */
    private boolean openGroup() throws IOException {
        List<BlockMetaData> groups = reader.getRowGroups();
        while (group < groups.size() && groups.get(group).getRowCount() == 0) {
            group++; // the library does not read a group without rows
        }
        if (group == groups.size()) {
            return false;
        }
        int index = group++;
        BlockMetaData next = groups.get(index);
        if (next.getRowCount() < 0) {
            throw new IOException("a row group claims " + next.getRowCount() + " rows");
        }
        end += next.getRowCount();
        Set<String> asked = columns.names();
        List<ColumnChunkMetaData> read = next.getColumns().stream()
                .filter(column -> asked.contains(column.getPath().toArray()[0]))
                .toList();
        limits.requireGroup(file, read);
        bytesRead = next.getStartingPos() + next.getCompressedSize();
        // By its number: the reader's own count passes over empty groups and stays at one that cannot be read.
        PageReadStore pages = reader.readRowGroup(index);
        records = new ColumnIOFactory()
                .getColumnIO(columns.asked())
                .getRecordReader(pages, new GroupRecordConverter(columns.asked()));
        return true;
    }

    @Override
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public void close() {
        row = end;
        group = reader.getRowGroups().size();
        try {
            reader.close();
        } catch (IOException harmless) {
            records = null; // nothing was written, so nothing is lost
        }
    }
}
