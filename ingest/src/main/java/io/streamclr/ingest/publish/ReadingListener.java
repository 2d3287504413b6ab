package io.streamclr.ingest.publish;

/** Hears how far the reading of a topic's keys has come. */
@FunctionalInterface
public interface ReadingListener {

    /**
     * @param read records so far
     * @param total records that were there at the beginning, at least {@code read}
     */
    void readingTopic(long read, long total);

    /** The topic has an image of this class. */
    default void hasClass(int label, String className) {
        // nobody wants to know
    }
}
