package io.streamclr.augment.decode.child;

import java.util.concurrent.atomic.AtomicLong;

/** One file that questions are about; a child is given it once, however many there are. */
public final class AskedFile {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final long number = NUMBERS.incrementAndGet();
    private final String format;
    private final byte[] bytes;

    /**
     * @param format for the sentence if the file is refused
     * @param bytes of the file; not to be changed while questions are asked about it
     */
    public AskedFile(String format, byte[] bytes) {
        this.format = format;
        this.bytes = bytes;
    }

    String format() {
        return format;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Whose it is in this process alone. */
    long number() {
        return number;
    }
}
