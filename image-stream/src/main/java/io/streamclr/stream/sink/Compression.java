package io.streamclr.stream.sink;

import java.util.Locale;

/** How batches of records are packed on their way to the broker and on its disks; readers unpack them unasked. */
public enum Compression {
    /** Not at all. */
    NONE,
    /** Little work for little gain. */
    LZ4,
    /** More work for more gain. */
    ZSTD;

    /** As Kafka names it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
