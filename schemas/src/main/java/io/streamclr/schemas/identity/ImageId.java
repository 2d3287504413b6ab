package io.streamclr.schemas.identity;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Names an image by its content: the first 128 bits of the SHA-256 of its encoded bytes. An exact duplicate has the
 * same id, wherever and whenever it arrives.
 *
 * @param high the first 64 bits, big-endian
 * @param low the next 64 bits
 */
public record ImageId(long high, long low) {

    /** The id of the image with these encoded bytes. */
    public static ImageId of(byte[] encoded) {
        return of(ByteBuffer.wrap(encoded));
    }

    /** The id of the image in the remaining bytes; the buffer's position stays. */
    public static ImageId of(ByteBuffer encoded) {
        MessageDigest sha256 = Sha256.begin();
        sha256.update(encoded.duplicate());
        ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
        return new ImageId(digest.getLong(), digest.getLong());
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException if {@code hex} is not 32 hexadecimal digits
     */
    public static ImageId parse(String hex) {
        if (hex.length() != 32) {
            throw new IllegalArgumentException("An image id has 32 hexadecimal digits, not '" + hex + "'");
        }
        ByteBuffer bits = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        return new ImageId(bits.getLong(), bits.getLong());
    }

    /** 32 lower-case hexadecimal digits; the Kafka key of the image. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
