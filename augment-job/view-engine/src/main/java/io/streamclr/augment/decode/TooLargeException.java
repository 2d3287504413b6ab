package io.streamclr.augment.decode;

import java.io.IOException;

/** A file asks for more than its limits allow; the message is the sentence for the person who reads the rejects. */
final class TooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    TooLargeException(String sentence) {
        super(sentence);
    }
}
