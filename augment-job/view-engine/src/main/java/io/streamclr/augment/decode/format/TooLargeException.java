package io.streamclr.augment.decode.format;

import java.io.IOException;

/** A file asks for more than its limits allow; the message is the sentence for the person who reads the rejects. */
public final class TooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    public TooLargeException(String sentence) {
        super(sentence);
    }
}
