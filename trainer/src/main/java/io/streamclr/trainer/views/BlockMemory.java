package io.streamclr.trainer.views;

import io.streamclr.schemas.RefusalException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoded records of one block, off-heap in pages that are kept for the next block. Grows with what is put in, up
 * to the records of a block at their bounded size.
 */
public final class BlockMemory {

    private static final int PAGE_BYTES = 4 << 20;

    private final List<ByteBuffer> pages = new ArrayList<>();
    private final int[] page;
    private final int[] offset;
    private final int[] length;
    private final PairFacts[] facts;
    private final long[] arrivedAt;
    private int records;
    private int current;

    /** @param capacity records that it can hold */
    public BlockMemory(int capacity) {
        page = new int[capacity];
        offset = new int[capacity];
        length = new int[capacity];
        facts = new PairFacts[capacity];
        arrivedAt = new long[capacity];
    }

    /** What so many records of one size take, pages that are not quite full among it. */
    static long bytes(long records, long recordBytes) {
        if (recordBytes >= PAGE_BYTES) {
            return records * recordBytes;
        }
        long each = PAGE_BYTES / recordBytes;
        return (records + each - 1) / each * PAGE_BYTES;
    }

    /** Forgets the records and keeps the pages. */
    public void clear() {
        pages.forEach(ByteBuffer::clear);
        records = 0;
        current = 0;
    }

    /** Forgets the newest records, so that {@code kept} are left. */
    public void forgetAfter(int kept) {
        if (kept == records) {
            return;
        }
        int last = current;
        current = page[kept];
        pages.get(current).position(offset[kept]);
        for (int later = current + 1; later <= last; later++) {
            pages.get(later).clear();
        }
        records = kept;
    }

    /**
     * Copies a record in.
     *
     * @param encoded from position to limit, which stay as they are
     * @param known of it
     * @param arrived when its image arrived, in milliseconds since 1970; negative where nobody knows
     */
    public void add(ByteBuffer encoded, PairFacts known, long arrived) {
        int bytes = encoded.remaining();
        while (current < pages.size() && pages.get(current).remaining() < bytes) {
            current++;
        }
        if (current == pages.size()) {
            pages.add(allocate(Math.max(PAGE_BYTES, bytes)));
        }
        page[records] = current;
        offset[records] = pages.get(current).position();
        length[records] = bytes;
        facts[records] = known;
        arrivedAt[records] = arrived;
        pages.get(current).put(encoded.duplicate());
        records++;
    }

    /** How many records it can hold. */
    public int capacity() {
        return page.length;
    }

    /** How many records it holds. */
    public int records() {
        return records;
    }

    /** The record that was put in as number {@code index}, from 0: shared with this, and valid until that is cleared. */
    public ByteBuffer record(int index) {
        return pages.get(page[index]).slice(offset[index], length[index]);
    }

    /** What is known of that record. */
    public PairFacts facts(int index) {
        return facts[index];
    }

    /** When the image of that record arrived, in milliseconds since 1970; negative where nobody knows. */
    public long arrivedAt(int index) {
        return arrivedAt[index];
    }

    private ByteBuffer allocate(int bytes) {
        try {
            return ByteBuffer.allocateDirect(bytes);
        } catch (OutOfMemoryError full) {
            throw new RefusalException(
                    "No memory is left for a block of " + page.length + " view pairs, of which " + records
                            + " fill " + ((long) pages.size() * PAGE_BYTES / (1 << 20))
                            + " MiB; make the block or the batch smaller, or give Java more with"
                            + " -XX:MaxDirectMemorySize",
                    full);
        }
    }
}
