package io.streamclr.schemas;

/**
 * Something that a person can fix: the message says what cannot be done, why, and what to do, in one sentence. The
 * command line shows that sentence without a stack trace and exits with a code other than 0. A defect of ours is never
 * a refusal.
 */
public final class RefusalException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int USUAL = 1;
    private static final int WRONG_USAGE = 2;

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

    private RefusalException(String sentence, Throwable cause, int exitCode) {
        super(sentence, cause);
        this.exitCode = exitCode;
    }

    /**
     * Of a command line that makes no sense whatever there is: a value out of range, a name that is none, options that do
     * not go together. The exit code is that of an unknown option.
     */
    public static RefusalException ofUsage(String sentence) {
        return ofUsage(sentence, null);
    }

    /** The same. @param cause may be null */
    public static RefusalException ofUsage(String sentence, Throwable cause) {
        return new RefusalException(sentence, cause, WRONG_USAGE);
    }

    /** What a process ends with that is refused by this; never 0. */
    public int exitCode() {
        return exitCode;
    }
}
