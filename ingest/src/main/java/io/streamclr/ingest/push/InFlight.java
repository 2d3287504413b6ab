package io.streamclr.ingest.push;

import java.util.concurrent.Semaphore;

/** The bytes that requests may hold at once, all together. For many threads. */
final class InFlight {

    private static final int UNIT_BYTES = 1024;

    private final Semaphore units;
    private final int all;

    /** @param bytes a mebibyte or more */
    InFlight(long bytes) {
        this.all = Math.toIntExact(bytes / UNIT_BYTES);
        this.units = new Semaphore(all);
    }

    /** Takes these bytes if that many are left; they must be given back. */
    boolean take(long bytes) {
        return units.tryAcquire(units(bytes));
    }

    void giveBack(long bytes) {
        units.release(units(bytes));
    }

    /** How many bytes are taken. */
    long taken() {
        return (long) (all - units.availablePermits()) * UNIT_BYTES;
    }

    private static int units(long bytes) {
        return Math.toIntExact((bytes + UNIT_BYTES - 1) / UNIT_BYTES);
    }
}
