package io.streamclr.schemas.wire;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * When the image of a view pair arrived in {@code images}, as a Kafka header beside each record of {@code views}:
 * milliseconds since 1970 in eight bytes, most significant first. The record's own date says when the views were rendered,
 * by which they expire.
 */
public final class ArrivalHeader {

    /** In the place of a date that nobody knows. */
    public static final long UNKNOWN = -1;

    private static final String NAME = "arrived";

    private ArrivalHeader() {}

    /** @param millis since 1970, 0 or more */
    public static Header of(long millis) {
        return new RecordHeader(
                NAME, ByteBuffer.allocate(Long.BYTES).putLong(millis).array());
    }

    /** The date among the headers of a record, in milliseconds since 1970; {@link #UNKNOWN} where there is none. */
    public static long in(Headers headers) {
        Header found = headers.lastHeader(NAME);
        return found == null || found.value() == null || found.value().length != Long.BYTES
                ? UNKNOWN
                : Math.max(UNKNOWN, ByteBuffer.wrap(found.value()).getLong());
    }
}
