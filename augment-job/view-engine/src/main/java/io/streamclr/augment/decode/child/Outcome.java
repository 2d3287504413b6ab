package io.streamclr.augment.decode.child;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** What became of a question; the first thing that a child says. */
enum Outcome {
    ANSWER,
    BROKEN,
    UNSUPPORTED,
    OUT_OF_MEMORY;

    /** In each outcome, so that nothing else is taken for one. */
    private static final int MARK = 0x5C1A_0000;

    void writeTo(DataOutputStream out) throws IOException {
        out.writeInt(MARK | ordinal());
    }

    static Outcome readFrom(DataInputStream in) throws IOException {
        int code = in.readInt() ^ MARK;
        if (code < 0 || code >= values().length) {
            throw new IOException("what came is no outcome");
        }
        return values()[code];
    }
}
