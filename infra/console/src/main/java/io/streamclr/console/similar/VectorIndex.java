package io.streamclr.console.similar;

import io.streamclr.console.vectors.EmbeddingLog;
import io.streamclr.console.vectors.EncoderName;
import io.streamclr.console.vectors.LogPosition;
import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;

/**
 * Embeddings of one encoder in a folder, by Lucene's HNSW graph: a search looks at some and finds nearly always the nearest.
 * What it holds and how far it has read its topic is committed at once, so nothing is in it twice or missing, whenever its
 * process is killed. For one thread.
 */
public final class VectorIndex implements Nearest, Likeness, AutoCloseable {

    private static final String VECTOR = "vector";
    private static final String ID = "id";
    private static final String SOURCE = "source";
    private static final String LABEL = "label";
    private static final String CLASS = "class";

    /** The graph is searched as if so many were asked for: fewer would miss some of the nearest. */
    private static final int BREADTH = 128;

    /** A chain of images that look alike is found by the nearest of each. */
    private static final int LOOKED_AT = 32;

    /** Embeddings between two commits: what a kill makes to be read again. */
    private static final int BETWEEN_COMMITS = 50_000;

    private final IndexFolder folder;
    private Optional<IndexNote> note;
    private Optional<DirectoryReader> reader = Optional.empty();

    private VectorIndex(IndexFolder folder) {
        this.folder = folder;
        this.note = folder.note();
    }

    /**
     * The index in a folder, which is made where there is none.
     *
     * @throws RefusalException if something else is in the folder, another process has it open, or it cannot be read
     */
    public static VectorIndex open(Path folder) {
        return new VectorIndex(IndexFolder.open(folder));
    }

    /** Whose embeddings it holds; empty as long as it holds none. */
    public Optional<EncoderName> encoder() {
        return note.map(IndexNote::encoder);
    }

    /** Up to where it has read its topic. */
    public LogPosition position() {
        return note.map(IndexNote::position).orElse(LogPosition.BEGINNING);
    }

    /** Embeddings of other encoders that its topic held so far. */
    public long others() {
        return note.map(IndexNote::others).orElse(0L);
    }

    /**
     * @param topic its name, for the sentence
     * @throws RefusalException if the index was made from another topic, or of another encoder's embeddings
     */
    public void requireOf(String topic, String topicId, String digest) {
        if (note.isEmpty()) {
            return;
        }
        if (!note.get().topicId().equals(topicId)) {
            throw new RefusalException("The index " + folder.path() + " was made from another topic than the " + topic
                    + " of this broker, or that was deleted and made anew since; delete the folder to have it made again,"
                    + " or give another --index");
        }
        if (!note.get().encoder().digest().equals(digest)) {
            throw new RefusalException("The index " + folder.path() + " holds embeddings of encoder "
                    + note.get().encoder().inWords() + ", and those asked for are of " + digest
                    + "; give another folder with --index for these, or --encoder-digest "
                    + note.get().encoder().digest() + " to go on with the index");
        }
    }

    /**
     * Takes in all that the topic holds by now.
     *
     * @param log of one encoder's embeddings, opened at {@link #position}
     * @throws RefusalException if the topic cannot be read, or the index not written
     */
    public void follow(EmbeddingLog log) {
        long before = others();
        int[] uncommitted = {0};
        log.readToEnd(batch -> {
            batch.forEach(this::add);
            uncommitted[0] += batch.size();
            if (uncommitted[0] >= BETWEEN_COMMITS) {
                commit(log.topicId(), before + log.tally().others(), log.position());
                uncommitted[0] = 0;
            }
        });
        if (note.isPresent() && !note.get().position().equals(log.position())) {
            commit(log.topicId(), before + log.tally().others(), log.position());
        }
    }

    /** @throws RefusalException if it has another number of features than those before */
    public void add(StoredEmbedding embedding) {
        float[] vector = embedding.vector();
        int dimension = note.map(IndexNote::dimension).orElse(vector.length);
        if (vector.length != dimension || dimension > WideVectors.MOST_FEATURES) {
            throw new RefusalException("The embedding of " + embedding.record().getImageId() + " has " + vector.length
                    + " features, but this index has those of " + Math.min(dimension, WideVectors.MOST_FEATURES)
                    + "; the topic was written to by something else, so name another encoder or topic");
        }
        if (note.isEmpty()) {
            note = Optional.of(new IndexNote("", embedding.encoder(), dimension, 0, LogPosition.BEGINNING));
        }
        Document document = new Document();
        document.add(new StringField(ID, embedding.record().getImageId(), Field.Store.YES));
        document.add(new StoredField(SOURCE, embedding.record().getSource()));
        document.add(new StoredField(LABEL, embedding.label()));
        document.add(new StoredField(CLASS, embedding.className()));
        document.add(new KnnFloatVectorField(VECTOR, UnitVector.of(vector), VectorSimilarityFunction.DOT_PRODUCT));
        try {
            folder.writer().addDocument(document);
        } catch (IOException full) {
            throw folder.broken(full);
        }
    }

    /** Makes what was added, and that the topic was read up to there, one fact. */
    public void commit(String topicId, long others, LogPosition position) {
        IndexNote now = note.map(old -> new IndexNote(topicId, old.encoder(), old.dimension(), others, position))
                .orElseThrow(() -> new IllegalStateException("An index without embeddings has nothing to commit"));
        try {
            folder.commit(now);
            note = Optional.of(now);
        } catch (IOException full) {
            throw folder.broken(full);
        }
    }

    /** A searcher of all that was added. */
    private IndexSearcher searcher() throws IOException {
        if (reader.isEmpty()) {
            reader = Optional.of(DirectoryReader.open(folder.writer()));
        }
        DirectoryReader newer = DirectoryReader.openIfChanged(reader.get(), folder.writer());
        if (newer != null) {
            reader.get().close();
            reader = Optional.of(newer);
        }
        return new IndexSearcher(reader.get());
    }

    @Override
    public List<Found> nearest(float[] query, int count) {
        try {
            IndexSearcher searcher = searcher();
            List<Found> found = new ArrayList<>();
            for (ScoreDoc hit : hits(searcher, UnitVector.of(query), Math.max(count, BREADTH))) {
                if (found.size() < count) {
                    found.add(new Found(item(searcher, hit.doc), cosine(hit)));
                }
            }
            return found;
        } catch (IOException unreadable) {
            throw folder.broken(unreadable);
        }
    }

    private static ScoreDoc[] hits(IndexSearcher searcher, float[] unit, int count) throws IOException {
        int all = searcher.getIndexReader().numDocs();
        if (all == 0) {
            return new ScoreDoc[0];
        }
        int asked = Math.min(count, all);
        return searcher.search(new KnnFloatVectorQuery(VECTOR, unit, asked), asked).scoreDocs;
    }

    /** Lucene's score of a product is (1 + product) / 2. */
    private static float cosine(ScoreDoc hit) {
        return 2 * hit.score - 1;
    }

    private static Item item(IndexSearcher searcher, int number) throws IOException {
        Document stored = searcher.storedFields().document(number);
        return new Item(
                stored.get(ID),
                stored.get(SOURCE),
                stored.getField(LABEL).numericValue().intValue(),
                stored.get(CLASS));
    }

    @Override
    public Optional<float[]> vectorOf(String imageId) {
        try {
            IndexSearcher searcher = searcher();
            ScoreDoc[] hits = searcher.search(new TermQuery(new Term(ID, imageId)), 1).scoreDocs;
            if (hits.length == 0) {
                return Optional.empty();
            }
            List<LeafReaderContext> parts = searcher.getIndexReader().leaves();
            LeafReaderContext part = parts.get(ReaderUtil.subIndex(hits[0].doc, parts));
            FloatVectorValues vectors = part.reader().getFloatVectorValues(VECTOR);
            vectors.advance(hits[0].doc - part.docBase);
            return Optional.of(vectors.vectorValue().clone());
        } catch (IOException unreadable) {
            throw folder.broken(unreadable);
        }
    }

    @Override
    public int size() {
        return folder.writer().getDocStats().numDocs;
    }

    @Override
    public int dimension() {
        return note.map(IndexNote::dimension).orElse(0);
    }

    @Override
    public Item item(int number) {
        try {
            return item(searcher(), number);
        } catch (IOException unreadable) {
            throw folder.broken(unreadable);
        }
    }

    /** Of each image the nearest alone are looked at: an image that many are like is in pairs with some of them. */
    @Override
    public void forEachPair(float cosine, Pairs pairs) {
        try {
            IndexSearcher searcher = searcher();
            for (LeafReaderContext part : searcher.getIndexReader().leaves()) {
                FloatVectorValues vectors = part.reader().getFloatVectorValues(VECTOR);
                for (int one = vectors.nextDoc(); one != FloatVectorValues.NO_MORE_DOCS; one = vectors.nextDoc()) {
                    for (ScoreDoc hit : hits(searcher, vectors.vectorValue().clone(), LOOKED_AT)) {
                        if (cosine(hit) >= cosine) {
                            pairs.accept(part.docBase + one, hit.doc);
                        }
                    }
                }
            }
        } catch (IOException unreadable) {
            throw folder.broken(unreadable);
        }
    }

    /** Lets go of the folder; what was not committed is dropped. */
    @Override
    public void close() {
        try {
            if (reader.isPresent()) {
                reader.get().close();
            }
        } catch (IOException unclosed) {
            throw folder.broken(unclosed);
        } finally {
            folder.close();
        }
    }
}
