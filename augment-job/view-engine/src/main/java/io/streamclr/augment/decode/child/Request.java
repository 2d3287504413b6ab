package io.streamclr.augment.decode.child;

/** What a child is asked: the first byte, and what follows it. */
final class Request {

    /** Bytes of a file: a length, and they. All questions are about the newest. */
    static final int FILE = 1;

    /** The name of a library, a length, and so many bytes that it understands. */
    static final int QUESTION = 2;

    private Request() {}
}
