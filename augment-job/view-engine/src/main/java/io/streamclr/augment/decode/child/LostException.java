package io.streamclr.augment.decode.child;

import java.io.IOException;

/** A child is no more, or makes no sense any more; the message says what is known of its end. */
final class LostException extends IOException {

    private static final long serialVersionUID = 1L;

    private final How how;

    enum How {
        MEMORY,
        TIME,
        END
    }

    LostException(How how, String message, Throwable cause) {
        super(message, cause);
        this.how = how;
    }

    How how() {
        return how;
    }
}
