package io.streamclr.ingest;

import io.streamclr.ingest.publish.ReadingListener;

/** Hears how a run goes, a few times a second, on the run's thread. */
public interface IngestListener extends ReadingListener {

    /** Images are being sent. */
    void sending(IngestReport soFar);

    /** Something that people should know, a sentence without its full stop. */
    default void note(String sentence) {
        // nobody wants to know
    }

    /** Somebody who does not listen. */
    static IngestListener silent() {
        return new IngestListener() {
            @Override
            public void readingTopic(long read, long total) {
                // nobody wants to know
            }

            @Override
            public void sending(IngestReport soFar) {
                // nobody wants to know
            }
        };
    }
}
