package io.streamclr.trainer.render;

import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;

/**
 * An image as it stands in the topic of images.
 *
 * @param partition 0 or more
 * @param offset 0 or more
 * @param image never changed; of bare image bytes, an envelope without a source
 */
public record StoredImage(int partition, long offset, EncodedImage image) {

    /** The image in a record's value: an envelope, or bare image bytes; which of them shows. */
    static StoredImage of(int partition, long offset, byte[] value) {
        try {
            return new StoredImage(partition, offset, WireFormat.ENCODED_IMAGE.decode(value));
        } catch (ForeignRecordException bare) {
            EncodedImage image = new EncodedImage("", ByteBuffer.wrap(value), null, Instant.EPOCH, Map.of(), null);
            return new StoredImage(partition, offset, image);
        }
    }

    /** The encoded bytes; a copy. */
    public byte[] encoded() {
        ByteBuffer encoded = image.getEncoded().duplicate();
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }
}
