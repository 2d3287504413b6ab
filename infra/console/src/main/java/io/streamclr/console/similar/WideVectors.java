package io.streamclr.console.similar;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Lucene's own format of an HNSW graph, for more numbers a vector than the 1,024 that Lucene allows by itself: some encoders
 * have 2,048 features. It has the name of Lucene's, which therefore reads what it writes.
 */
final class WideVectors extends KnnVectorsFormat {

    static final int MOST_FEATURES = 8_192;

    /** Neighbours of each vector in the graph, and how many candidates they are chosen from: Lucene's usual ones. */
    private static final int NEIGHBOURS = 16;

    private static final int CANDIDATES = 100;

    private final KnnVectorsFormat format = new Lucene99HnswVectorsFormat(NEIGHBOURS, CANDIDATES);

    WideVectors() {
        super("Lucene99HnswVectorsFormat");
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
        return format.fieldsWriter(state);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
        return format.fieldsReader(state);
    }

    @Override
    public int getMaxDimensions(String field) {
        return MOST_FEATURES;
    }
}
