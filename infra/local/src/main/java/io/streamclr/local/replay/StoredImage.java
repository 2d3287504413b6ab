package io.streamclr.local.replay;

import io.streamclr.schemas.record.EncodedImage;
import java.nio.ByteBuffer;

/**
 * An image as it stands in the topic of images.
 *
 * @param partition 0 or more
 * @param offset 0 or more
 * @param image never changed; of bare image bytes, an envelope without a source
 */
public record StoredImage(int partition, long offset, EncodedImage image) {

    /** The encoded bytes; a copy. */
    public byte[] encoded() {
        ByteBuffer encoded = image.getEncoded().duplicate();
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }
}
