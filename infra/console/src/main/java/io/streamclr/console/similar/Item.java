package io.streamclr.console.similar;

import io.streamclr.console.vectors.StoredEmbedding;
import java.util.Objects;

/**
 * An image of which there is an embedding, for people.
 *
 * @param id content id of the encoded bytes, in hexadecimal digits
 * @param source where it came from
 * @param label its class; {@link StoredEmbedding#NO_LABEL} where nobody says
 * @param className what that class is called; empty where nobody says
 */
public record Item(String id, String source, int label, String className) {

    public Item {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(className, "className");
    }

    static Item of(StoredEmbedding embedding) {
        return new Item(
                embedding.record().getImageId(),
                embedding.record().getSource(),
                embedding.label(),
                embedding.className());
    }
}
