package io.streamclr.augment.decode.child;

import com.sun.jna.Pointer;
import java.io.DataOutputStream;
import java.io.IOException;

/** What a service answers. Until it begins, there may still be a reason why there is no answer. */
public final class Reply {

    private final byte[] piece = new byte[1 << 16];
    private final DataOutputStream out;
    private boolean begun;

    Reply(DataOutputStream out) {
        this.out = out;
    }

    /** Begins the answer; all that follows must be there already. */
    public DataOutputStream begin() throws IOException {
        begun = true;
        Outcome.ANSWER.writeTo(out);
        return out;
    }

    /** Copies memory of the library into the answer, as it is. */
    public void copy(Pointer from, long at, long bytes) throws IOException {
        for (long done = 0; done < bytes; done += piece.length) {
            int length = (int) Math.min(piece.length, bytes - done);
            from.read(at + done, piece, 0, length);
            out.write(piece, 0, length);
        }
    }

    boolean begun() {
        return begun;
    }
}
