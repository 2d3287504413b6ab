package io.streamclr.stream.source;

import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.ByteBuffer;

/**
 * What a record of {@code images} says of an image.
 *
 * @param source where it came from; empty where nobody says
 * @param encoded its bytes
 * @param label number of its class; null where nobody knows
 * @param className what that class is called; null where nobody says
 */
public record ReceivedImage(String source, byte[] encoded, Integer label, String className) {

    /**
     * Opens a record.
     *
     * @throws ForeignRecordException if its value is no record of an image
     */
    public static ReceivedImage in(RawImage raw, ImagesFormat format) throws ForeignRecordException {
        return switch (format) {
            case BYTES -> new ReceivedImage("", raw.value(), null, null);
            case AVRO -> {
                EncodedImage image = WireFormat.ENCODED_IMAGE.decode(raw.value());
                yield new ReceivedImage(
                        image.getSource(), bytesOf(image.getEncoded()), image.getLabel(), image.getClassName());
            }
        };
    }

    private static byte[] bytesOf(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
