package io.streamclr.ingest.classes;

import java.util.Locale;

/** Whether folders that images lie in say their class. */
public enum Labels {
    /** Where it looks so, as {@link ClassLayout} has it; what an archive says of an image itself outranks it. */
    AUTO,
    /** Wherever there is a folder, as whoever asks for it knows that they are classes. */
    FOLDERS,
    /** Never. */
    NONE;

    /** As people write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
