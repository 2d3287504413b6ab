package io.streamclr.console.sink;

import io.streamclr.console.vectors.LogPosition;
import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Parquet files, each with the embeddings of a range of offsets of one partition, which its name says: so the names in the
 * folder say where to go on, and each embedding is in one file.
 */
public final class ParquetSeries implements EmbeddingSink {

    private final Shelf shelf;
    private final String series;
    private final String topicId;
    private final int rows;
    private final Consumer<String> notices;
    private final Map<Integer, Long> next = new TreeMap<>();
    private final Map<Integer, Long> highest = new HashMap<>();
    private final Map<Integer, FilledFile> open = new TreeMap<>();
    private long written;
    private int files;

    private ParquetSeries(Shelf shelf, String series, String topicId, int rows, Consumer<String> notices) {
        this.shelf = shelf;
        this.series = series;
        this.topicId = topicId;
        this.rows = rows;
        this.notices = notices;
    }

    /**
     * Goes on after the files that are in the folder.
     *
     * @param folder of this machine or of an object store; made where there is none
     * @param encoder digest of the one whose embeddings are taken, in whose series of files they are; empty if those of all
     *     are
     * @param topicId of the topic, which tells it from another of the same name
     * @param rows at which a file is complete, 1 or more
     * @param notices hears a line of each complete file
     * @throws RefusalException if the folder cannot be used, or holds files of another topic
     */
    public static ParquetSeries open(
            Path folder, Optional<String> encoder, String topicId, int rows, Consumer<String> notices) {
        Shelf shelf = Shelf.at(folder);
        String series = "embeddings"
                + encoder.map(digest -> "-" + digest.substring(0, 12)).orElse("");
        ParquetSeries sink = new ParquetSeries(shelf, series, topicId, rows, notices);
        try {
            sink.findPosition();
            return sink;
        } catch (IOException unreadable) {
            shelf.close();
            throw Shelf.broken(folder, unreadable);
        } catch (RefusalException others) {
            shelf.close();
            throw others;
        }
    }

    private void findPosition() throws IOException {
        Map<Integer, RangeFile> last = new TreeMap<>();
        List<RangeFile> inOrder = shelf.names().stream()
                .map(RangeFile::parse)
                .flatMap(Optional::stream)
                .filter(file -> file.series().equals(series))
                .sorted(Comparator.comparingInt(RangeFile::partition).thenComparingLong(RangeFile::from))
                .toList();
        for (RangeFile file : inOrder) {
            RangeFile before = last.put(file.partition(), file);
            if (before != null && before.to() > file.from()) {
                throw new RefusalException(
                        "The files " + before.name() + " and " + file.name() + " in " + shelf.folder()
                                + " hold the same offsets, because two processes wrote there; delete the one of them, or give"
                                + " another folder with --to");
            }
        }
        for (RangeFile file : last.values()) {
            FilledFile.Content content = FilledFile.read(shelf.fetch(file.name()));
            if (!content.topicId().equals(topicId)) {
                throw new RefusalException(
                        "The file " + file.name() + " in " + shelf.folder() + " is of another topic, or"
                                + " of one that was deleted and made anew since; give another folder with --to");
            }
            next.put(file.partition(), file.to());
            highest.put(file.partition(), content.highest());
        }
    }

    @Override
    public LogPosition position() {
        return new LogPosition(next, highest);
    }

    @Override
    public void add(List<StoredEmbedding> embeddings, LogPosition after) {
        try {
            for (StoredEmbedding embedding : embeddings) {
                FilledFile file = open.get(embedding.partition());
                if (file == null) {
                    file = new FilledFile(
                            shelf.partial(String.format(Locale.ROOT, "%s-p%05d", series, embedding.partition())),
                            topicId);
                    open.put(embedding.partition(), file);
                }
                file.add(embedding);
                if (file.count() >= rows) {
                    complete(embedding.partition(), open.remove(embedding.partition()));
                }
            }
        } catch (IOException full) {
            throw Shelf.broken(shelf.folder(), full);
        }
    }

    private void complete(int partition, FilledFile file) throws IOException {
        RangeFile range = new RangeFile(series, partition, next.getOrDefault(partition, 0L), file.last() + 1);
        shelf.put(file.complete(), range.name());
        next.put(partition, range.to());
        written += file.count();
        files++;
        notices.accept(String.format(Locale.ROOT, "%,d embeddings in %s", file.count(), range.name()));
    }

    @Override
    public void finish() {
        try {
            for (int partition : List.copyOf(open.keySet())) {
                complete(partition, open.remove(partition));
            }
        } catch (IOException full) {
            throw Shelf.broken(shelf.folder(), full);
        }
    }

    @Override
    public String inWords() {
        return String.format(
                Locale.ROOT,
                "%,d embeddings in %,d new file%s in %s",
                written,
                files,
                files == 1 ? "" : "s",
                shelf.folder());
    }

    @Override
    public long written() {
        return written;
    }

    @Override
    public void close() {
        try {
            for (FilledFile file : open.values()) {
                file.drop();
            }
        } catch (IOException left) {
            throw Shelf.broken(shelf.folder(), left);
        } finally {
            shelf.close();
        }
    }
}
