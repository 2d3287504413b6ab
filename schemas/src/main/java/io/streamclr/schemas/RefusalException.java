package io.streamclr.schemas;

/**
 * Something that a person can fix: the message says what cannot be done, why, and what to do, in one sentence. The
 * command line shows that sentence without a stack trace and exits with a code other than 0. A defect of ours is never
 * a refusal.
 */
public final class RefusalException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int USUAL = 1;

    private final int exitCode;

    public RefusalException(String sentence) {
        this(sentence, USUAL);
    }

    /** @param exitCode of the process, for whoever starts it again: 1, unless something else is to be done about it */
    public RefusalException(String sentence, int exitCode) {
        super(sentence);
        this.exitCode = exitCode;
    }

    public RefusalException(String sentence, Throwable cause) {
        super(sentence, cause);
        this.exitCode = USUAL;
    }

    /** What a process ends with that is refused by this; never 0. */
    public int exitCode() {
        return exitCode;
    }
}
