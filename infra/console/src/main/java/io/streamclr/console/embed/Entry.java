package io.streamclr.console.embed;

import java.util.Objects;

/**
 * One image of which there is an embedding.
 *
 * @param id content id of the encoded bytes, in hex
 * @param source where it was found, for people
 * @param label class of the image; {@link #NO_LABEL} where nobody says
 * @param className what that class is called; empty where nobody says
 */
record Entry(String id, String source, int label, String className) {

    static final int NO_LABEL = -1;

    Entry {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(className, "className");
    }

    /** The class as people call it: its name, else its number; empty where nobody says. */
    String classWord() {
        return className.isEmpty() && label != NO_LABEL ? Integer.toString(label) : className;
    }
}
