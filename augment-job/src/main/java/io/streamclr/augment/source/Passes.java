package io.streamclr.augment.source;

import io.streamclr.schemas.RefusalException;
import java.io.Serializable;

/**
 * How often the images are read.
 *
 * @param count 1 or more
 * @param follow whether the last pass goes on with live images, without end
 */
public record Passes(int count, boolean follow) implements Serializable {

    public Passes {
        if (count < 1) {
            throw new RefusalException("The number of passes is " + count + ", but must be 1 or more");
        }
    }

    /** Reads what there is, once. */
    public static Passes once() {
        return new Passes(1, false);
    }

    /** Whether this pass stops at the end that was fixed at the start. */
    boolean bounded(int pass) {
        return pass < count - 1 || !follow;
    }

    boolean last(int pass) {
        return pass >= count - 1;
    }
}
