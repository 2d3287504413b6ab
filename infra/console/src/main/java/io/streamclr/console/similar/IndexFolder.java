package io.streamclr.console.similar;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;

/** The folder of an index that this process has open, and nobody else. */
final class IndexFolder implements AutoCloseable {

    /** Of vectors and graph, before a part of the index is written: larger parts are searched faster. */
    private static final double BUFFER_MIB = 128;

    private final Path path;
    private final FSDirectory files;
    private final IndexWriter writer;
    private final Optional<IndexNote> note;

    private IndexFolder(Path path, FSDirectory files, IndexWriter writer, Optional<IndexNote> note) {
        this.path = path;
        this.files = files;
        this.writer = writer;
        this.note = note;
    }

    /** @throws RefusalException as {@link VectorIndex#open} says */
    static IndexFolder open(Path path) {
        LuceneLog.keepToErrors();
        try {
            Files.createDirectories(path);
            FSDirectory files = FSDirectory.open(path);
            if (!DirectoryReader.indexExists(files)) {
                requireEmpty(path);
            }
            IndexWriter writer = new IndexWriter(files, config());
            Optional<IndexNote> note = DirectoryReader.indexExists(files)
                    ? IndexNote.parse(SegmentInfos.readLatestCommit(files).getUserData())
                    : Optional.empty();
            IndexFolder folder = new IndexFolder(path, files, writer, note);
            if (note.isEmpty() && writer.getDocStats().numDocs > 0) {
                folder.close();
                throw new RefusalException(
                        "The folder " + path + " holds an index that 'streamclr search' did not make,"
                                + " or another release did; give another folder with --index");
            }
            return folder;
        } catch (LockObtainFailedException held) {
            throw new RefusalException(
                    "Another process has the index " + path + " open; wait until it is done, or give another --index",
                    held);
        } catch (IOException | IllegalArgumentException broken) {
            throw broken(path, broken);
        }
    }

    private static IndexWriterConfig config() {
        return new IndexWriterConfig()
                .setCodec(new Lucene912Codec() {
                    private final KnnVectorsFormat wide = new WideVectors();

                    @Override
                    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                        return wide;
                    }
                })
                .setRAMBufferSizeMB(BUFFER_MIB)
                // In threads of its own it would be cut off by the end of each search, and the parts never joined.
                .setMergeScheduler(new SerialMergeScheduler())
                .setCommitOnClose(false);
    }

    private static void requireEmpty(Path path) throws IOException {
        try (Stream<Path> inside = Files.list(path)) {
            Optional<Path> other = inside.filter(
                            file -> !isLucenes(file.getFileName().toString()))
                    .findFirst();
            if (other.isPresent()) {
                throw new RefusalException("The folder " + path + " holds no index but "
                        + other.get().getFileName()
                        + "; give an empty folder with --index, or one that is not there yet");
            }
        }
    }

    /** What a kill before the first commit leaves. */
    private static boolean isLucenes(String name) {
        return name.equals(IndexWriter.WRITE_LOCK_NAME) || name.matches("_[0-9a-z]+[._].*|pending_segments_.*");
    }

    Path path() {
        return path;
    }

    IndexWriter writer() {
        return writer;
    }

    /** What the newest commit says when the folder was opened; empty as long as there is none. */
    Optional<IndexNote> note() {
        return note;
    }

    /** Makes what was added and this note one fact. */
    void commit(IndexNote now) throws IOException {
        writer.setLiveCommitData(now.asText().entrySet());
        writer.commit();
        if (writer.hasUncommittedChanges()) {
            writer.commit(); // of parts that the first commit had joined
        }
    }

    RefusalException broken(Exception failure) {
        return broken(path, failure);
    }

    private static RefusalException broken(Path path, Exception failure) {
        return new RefusalException(
                "The index " + path + " cannot be read or written (" + FileFault.of(failure)
                        + "); see to that, or delete the folder and have it made again",
                failure);
    }

    /** Lets go of the folder; what was not committed is dropped. */
    @Override
    public void close() {
        try {
            writer.rollback();
            files.close();
        } catch (IOException unclosed) {
            throw broken(unclosed);
        }
    }
}
