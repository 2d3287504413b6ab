package io.streamclr.console.sink;

import io.streamclr.console.vectors.LogPosition;
import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.RefusalException;
import java.util.List;

/**
 * A place that embeddings are put into, and that remembers with them how far the topic was read. For one thread. Closing it
 * leaves what was not {@link #finish finished} to the next, which finds it in the topic again.
 */
public interface EmbeddingSink extends AutoCloseable {

    /** Where to read on in the topic. */
    LogPosition position();

    /**
     * Takes embeddings, in the order of each partition.
     *
     * @param after where they end in the topic
     * @throws RefusalException if they cannot be written
     */
    void add(List<StoredEmbedding> embeddings, LogPosition after);

    /** Completes what was taken so far; until then a part of it may not be there for readers. */
    void finish();

    /** What was done since it was opened, such as {@code 1,200 embeddings in 3 files}. */
    String inWords();

    /** Embeddings that are there for readers since it was opened. */
    long written();

    @Override
    void close();
}
