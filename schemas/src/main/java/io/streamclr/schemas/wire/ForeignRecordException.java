package io.streamclr.schemas.wire;

/** Bytes that are not a record of the kind that was expected there; the message says what they are instead. */
public final class ForeignRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    ForeignRecordException(String message) {
        super(message);
    }

    ForeignRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
