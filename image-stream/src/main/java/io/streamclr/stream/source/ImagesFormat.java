package io.streamclr.stream.source;

import java.util.Locale;

/** What the values of the images topic are. */
public enum ImagesFormat {
    /** Single-object Avro of EncodedImage, as this system's own ingest writes it. */
    AVRO,
    /** The encoded image and nothing around it, as others may write it. */
    BYTES;

    /** As the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
