package io.streamclr.console.rejects;

import io.streamclr.schemas.record.RejectReason;
import io.streamclr.schemas.record.RejectedImage;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * One image that became no views. An image that is read in several passes is rejected in each; that is one reject.
 *
 * @param place of the image in the topic of images
 * @param reason of the newest rejection, and its detail
 * @param source of the image, for people; may be empty
 * @param firstBytes of the image, as many as the job kept
 * @param length of the whole image in bytes
 * @param times how often it was rejected, 1 or more
 * @param newest when it was rejected last
 * @param redriven whether it was sent in again
 */
record Reject(
        RejectPlace place,
        RejectReason reason,
        String detail,
        String source,
        ByteBuffer firstBytes,
        long length,
        int times,
        Instant newest,
        boolean redriven) {

    static Reject first(RejectedImage image, Instant at) {
        return of(image, at, 1, false);
    }

    private static Reject of(RejectedImage image, Instant at, int times, boolean redriven) {
        return new Reject(
                RejectPlace.of(image.getOrigin()),
                image.getReason(),
                image.getDetail(),
                image.getSource(),
                image.getEncoded(),
                image.getEncodedLength(),
                times,
                at,
                redriven);
    }

    /** The same, rejected once more. */
    Reject and(RejectedImage again, Instant at) {
        return of(again, at, times + 1, redriven);
    }

    /** The same, sent in again. */
    Reject sentAgain() {
        return new Reject(place, reason, detail, source, firstBytes, length, times, newest, true);
    }
}
