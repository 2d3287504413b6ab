package io.streamclr.trainer.encoder;

import io.streamclr.schemas.record.RejectReason;

/** An image that was taken for a good one cannot be read; the message is the sentence for people. */
public final class RejectedImageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final RejectReason reason;

    RejectedImageException(RejectReason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    /** From the stable list that rejects of the augment job have. */
    public RejectReason reason() {
        return reason;
    }
}
