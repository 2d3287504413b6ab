package io.streamclr.console.similar;

import java.util.List;
import java.util.Optional;

/** Embeddings of one encoder in which one can search. */
public interface Nearest {

    /**
     * The embeddings that are most like one, nearest first; fewer where there are not so many.
     *
     * @param query as many numbers as the embeddings have
     * @param count 1 or more
     */
    List<Found> nearest(float[] query, int count);

    /** The embedding of an image; empty if there is none. It may be of length 1. */
    Optional<float[]> vectorOf(String imageId);

    /** How many embeddings there are. */
    int size();

    /** Numbers of each embedding; 0 as long as there is none. */
    int dimension();
}
