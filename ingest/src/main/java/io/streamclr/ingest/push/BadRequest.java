package io.streamclr.ingest.push;

/** A request that is answered with a status and a sentence, and nothing else. */
final class BadRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param sentence what is wrong and what to do, for whoever wrote the client */
    BadRequest(int status, String sentence) {
        super(sentence, null, false, false); // expected, so no stack trace
        this.status = status;
    }

    int status() {
        return status;
    }
}
