package io.streamclr.ingest.publish;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The picture hash of an image, which travels as a header: so a later run knows it without decoding the picture. */
final class PictureHashHeader {

    private static final String NAME = "picture-hash";

    private PictureHashHeader() {}

    static void put(long hash, Headers headers) {
        headers.add(NAME, ByteBuffer.allocate(Long.BYTES).putLong(hash).array());
    }

    /** Empty where the image was sent without one, or the header is somebody else's. */
    static OptionalLong in(Headers headers) {
        Header header = headers.lastHeader(NAME);
        return header == null || header.value() == null || header.value().length != Long.BYTES
                ? OptionalLong.empty()
                : OptionalLong.of(ByteBuffer.wrap(header.value()).getLong());
    }
}
