package io.streamclr.stream.sink;

import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.RejectReason;
import io.streamclr.schemas.record.RejectedImage;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.source.RawImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Why an image became nothing, as a record of {@code images.rejected}. */
public final class Rejection {

    private Rejection() {}

    /**
     * The record, for the partition that the image came from.
     *
     * @param source where the image came from; empty where that could not be read
     * @param encoded its bytes, or those of a value that is no record
     * @param kept how many of them go along at most, 0 or more
     */
    public static Outgoing of(
            RawImage raw, String source, byte[] encoded, RejectReason reason, String detail, int kept) {
        RejectedImage rejected = new RejectedImage(
                reason,
                detail,
                new Origin(raw.partition(), raw.offset()),
                source,
                ByteBuffer.wrap(encoded, 0, Math.min(encoded.length, kept)),
                (long) encoded.length);
        return new Outgoing(
                true,
                raw.partition(),
                ImageId.of(encoded).toString().getBytes(StandardCharsets.UTF_8),
                WireFormat.REJECTED_IMAGE.encode(rejected));
    }
}
