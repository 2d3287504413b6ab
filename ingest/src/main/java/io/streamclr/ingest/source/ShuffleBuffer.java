package io.streamclr.ingest.source;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Images that wait, in as much memory as is set aside; any of them may be the next. */
final class ShuffleBuffer {

    private static final long MOST_BYTES = 128 << 20;
    /** What an image takes beside its bytes. */
    private static final int BYTES_TO_HOLD = 512;

    private final long mostBytes;
    private final SplittableRandom random;
    private final List<Found.Image> waiting = new ArrayList<>();
    private long bytes;

    ShuffleBuffer(long seed) {
        this(seed, Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 8));
    }

    ShuffleBuffer(long seed, long mostBytes) {
        this.random = new SplittableRandom(seed);
        this.mostBytes = mostBytes;
    }

    void add(Found.Image image) {
        waiting.add(image);
        bytes += size(image);
    }

    /** Whether one should go before another comes. */
    boolean isFull() {
        return bytes > mostBytes;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Takes any of them; there must be one. */
    Found.Image draw() {
        int at = random.nextInt(waiting.size());
        Found.Image chosen = waiting.get(at);
        Found.Image last = waiting.remove(waiting.size() - 1);
        if (at < waiting.size()) {
            waiting.set(at, last);
        }
        bytes -= size(chosen);
        return chosen;
    }

    private static long size(Found.Image image) {
        return (long) image.encoded().length + image.source().length() + BYTES_TO_HOLD;
    }

    void clear() {
        waiting.clear();
        bytes = 0;
    }
}
