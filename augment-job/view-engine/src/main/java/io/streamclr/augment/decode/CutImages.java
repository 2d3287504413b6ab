package io.streamclr.augment.decode;

import java.util.Locale;

/** What becomes of a JPEG file that was cut off after its header. */
public enum CutImages {
    /** It is broken. */
    REJECT,
    /** What is there of it is shown, as Pillow does with {@code LOAD_TRUNCATED_IMAGES}; the rest is grey. */
    KEEP;

    /** As the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
