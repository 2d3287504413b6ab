package io.streamclr.console.embed;

import java.util.Objects;

/**
 * One image of which there is an embedding.
 *
 * @param id content id of the encoded bytes, in hex
 * @param source where it was found, for people
 * @param label class of the image; {@link #NO_LABEL} where nobody says
 */
record Entry(String id, String source, int label) {

    static final int NO_LABEL = -1;

    Entry {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(source, "source");
    }
}
