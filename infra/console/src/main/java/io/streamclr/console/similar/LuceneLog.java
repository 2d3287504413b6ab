package io.streamclr.console.similar;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps Lucene's advice on which Java suits it best off the terminal of those who search. */
final class LuceneLog {

    /** Held, because the platform forgets the level of a logger that nobody holds. */
    private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

    private LuceneLog() {}

    static void keepToErrors() {
        LUCENE.setLevel(Level.SEVERE);
    }
}
