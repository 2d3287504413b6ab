package io.streamclr.schemas.wire;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The text of the recipe beside each record of {@code views}, as a Kafka header: the record itself has the fingerprint,
 * by which views can be distinguished and not rendered again.
 */
public final class RecipeHeader {

    private static final String NAME = "recipe";

    /** Every parameter of a recipe written out takes some 400 bytes. */
    private static final int MAX_BYTES = 4 << 10;

    private RecipeHeader() {}

    /** @param text as {@code streamclr augment --recipe} takes it */
    public static Header of(String text) {
        return new RecordHeader(NAME, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text among the headers of a record; empty where there is none, or one too long to be a recipe. */
    public static String textIn(Headers headers) {
        Header found = headers.lastHeader(NAME);
        return found == null || found.value() == null || found.value().length > MAX_BYTES
                ? ""
                : new String(found.value(), StandardCharsets.UTF_8);
    }
}
