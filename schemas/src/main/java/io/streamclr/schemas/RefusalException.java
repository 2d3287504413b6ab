package io.streamclr.schemas;

/**
 * Something that a person can mend: the message says what cannot be done, why, and what to do, in one sentence. The
 * command line shows that sentence without a stack trace and exits with a code other than 0. A defect of ours is never
 * a refusal.
 */
public final class RefusalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RefusalException(String sentence) {
        super(sentence);
    }

    public RefusalException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
