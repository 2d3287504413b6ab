package io.streamclr.ingest;

import io.streamclr.schemas.RefusalException;

/** What is said where Java may take too little memory. */
final class LittleMemory {

    private LittleMemory() {}

    static RefusalException refusal(int maxImageBytes, OutOfMemoryError full) {
        long megabytes = Runtime.getRuntime().maxMemory() >> 20;
        return new RefusalException(
                "The " + megabytes + " MB of memory that Java may take are too little for images of up to "
                        + maxImageBytes
                        + " bytes; allow more, as with STREAMCLR_OPTS=-Xmx" + (2 * megabytes + 64)
                        + "m, and repeat the same command: it goes on where this one stopped",
                full);
    }
}
