package io.streamclr.trainer.memory;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where a memory keeps its images, off-heap: a column for each thing known of an image, and an index by image id. A feature
 * is kept in bfloat16, the upper half of a 32-bit float. For one thread.
 */
final class Slots {

    private static final int BYTES_BESIDE_FEATURES = 16 + 4 + 8 + 8 + 1;
    /** The index has 2 to 4 entries for each slot. */
    private static final int MOST_INDEX_BYTES = 16;

    private static final int EMPTY = -1;

    private final int capacity;
    private final int dimensions;
    private final ByteBuffer ids;
    private final ByteBuffer partitions;
    private final ByteBuffer offsets;
    private final ByteBuffer since;
    /** How often the encoder saw it: 0, 1, or 2 for more. */
    private final ByteBuffer seen;

    private final ByteBuffer features;
    private final ByteBuffer index;
    private final int indexMask;
    private int size;
    private long arrivals;

    /**
     * @param capacity 1 or more
     * @param dimensions of the features; 0 to keep none
     * @throws RefusalException if there is no room for so many
     */
    Slots(int capacity, int dimensions) {
        this.capacity = capacity;
        this.dimensions = dimensions;
        if (capacity * Math.max(16L, 2L * dimensions) > Integer.MAX_VALUE) {
            throw new RefusalException(
                    wanted() + "and no part of it may take 2 GiB or more; give a smaller --memory-size");
        }
        int entries = Integer.highestOneBit(capacity) << 2;
        indexMask = entries - 1;
        ids = column(16L * capacity);
        partitions = column(4L * capacity);
        offsets = column(8L * capacity);
        since = column(8L * capacity);
        seen = column(capacity);
        features = column(2L * dimensions * capacity);
        index = column(4L * entries);
        clearIndex();
    }

    /** The most bytes that an image takes. */
    static long bytesEach(int dimensions) {
        return BYTES_BESIDE_FEATURES + MOST_INDEX_BYTES + 2L * dimensions;
    }

    private ByteBuffer column(long bytes) {
        try {
            return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (OutOfMemoryError full) {
            throw new RefusalException(
                    wanted() + "and so much is not left; give a smaller --memory-size, or give Java more with"
                            + " -XX:MaxDirectMemorySize",
                    full);
        }
    }

    private String wanted() {
        return "A memory of " + capacity + " images takes " + ((capacity * bytesEach(dimensions)) >> 20)
                + " MiB off-heap, ";
    }

    int capacity() {
        return capacity;
    }

    int dimensions() {
        return dimensions;
    }

    /** Slots that are taken: 0 to {@code size - 1}. */
    int size() {
        return size;
    }

    /** How many images were put in so far, those that went among them. */
    long arrivals() {
        return arrivals;
    }

    /** The image in a slot. */
    HeldImage image(int slot) {
        return new HeldImage(id(slot), partitions.getInt(4 * slot), offsets.getLong(8 * slot));
    }

    private ImageId id(int slot) {
        return new ImageId(ids.getLong(16 * slot), ids.getLong(16 * slot + 8));
    }

    /** Which arrival the image in a slot was; the smaller, the older. */
    long since(int slot) {
        return since.getLong(8 * slot);
    }

    /** Whether the encoder saw the image in a slot. */
    boolean isSeen(int slot) {
        return seen.get(slot) > 0;
    }

    /** Whether the encoder saw it once so far. */
    boolean isSeenOnce(int slot) {
        return seen.get(slot) == 1;
    }

    /** The slot of an image; below 0 if it is in none. */
    int find(ImageId id) {
        for (int at = home(id); ; at = (at + 1) & indexMask) {
            int slot = index.getInt(4 * at);
            if (slot == EMPTY || id(slot).equals(id)) {
                return slot;
            }
        }
    }

    private int home(ImageId id) {
        return (int) id.low() & indexMask;
    }

    /** Puts an image into the next free slot. */
    void add(HeldImage image) {
        put(size, image);
        size++;
    }

    /** Puts an image into a slot that is taken. */
    void replace(int slot, HeldImage image) {
        leaveIndex(slot);
        put(slot, image);
    }

    private void put(int slot, HeldImage image) {
        set(slot, image, arrivals);
        seen.put(slot, (byte) 0);
        arrivals++;
    }

    private void set(int slot, HeldImage image, long arrival) {
        ids.putLong(16 * slot, image.id().high())
                .putLong(16 * slot + 8, image.id().low());
        partitions.putInt(4 * slot, image.partition());
        offsets.putLong(8 * slot, image.offset());
        since.putLong(8 * slot, arrival);
        int at = home(image.id());
        while (index.getInt(4 * at) != EMPTY) {
            at = (at + 1) & indexMask;
        }
        index.putInt(4 * at, slot);
    }

    /** Takes an entry out and moves those after it up, so that no search ends before its place. */
    private void leaveIndex(int slot) {
        int hole = home(id(slot));
        while (index.getInt(4 * hole) != slot) {
            hole = (hole + 1) & indexMask;
        }
        for (int at = (hole + 1) & indexMask; index.getInt(4 * at) != EMPTY; at = (at + 1) & indexMask) {
            int other = index.getInt(4 * at);
            if (((at - home(id(other))) & indexMask) >= ((at - hole) & indexMask)) {
                index.putInt(4 * hole, other);
                hole = at;
            }
        }
        index.putInt(4 * hole, EMPTY);
    }

    private void clearIndex() {
        for (int at = 0; at <= indexMask; at++) {
            index.putInt(4 * at, EMPTY);
        }
    }

    /** Copies the feature of a slot that the encoder saw. @param into its length is that of a feature */
    void feature(int slot, float[] into) {
        int at = 2 * dimensions * slot;
        for (int d = 0; d < dimensions; d++) {
            into[d] = Float.intBitsToFloat(features.getShort(at + 2 * d) << 16);
        }
    }

    /** Notes how the encoder sees the image in a slot; the feature is kept rounded to the nearest bfloat16. */
    void see(int slot, float[] feature) {
        int at = 2 * dimensions * slot;
        for (int d = 0; d < dimensions; d++) {
            int bits = Float.floatToIntBits(feature[d]);
            features.putShort(at + 2 * d, (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16));
        }
        seen.put(slot, (byte) Math.min(2, seen.get(slot) + 1));
    }

    /** Writes what is in the slots. */
    void write(DataOutputStream out) throws IOException {
        out.writeInt(size);
        out.writeLong(arrivals);
        byte[] piece = new byte[1 << 16];
        for (ByteBuffer column : columns()) {
            ByteBuffer used = column.duplicate().limit(column.capacity() / capacity * size);
            while (used.hasRemaining()) {
                int length = Math.min(piece.length, used.remaining());
                used.get(piece, 0, length);
                out.write(piece, 0, length);
            }
        }
    }

    /**
     * Reads what {@link #write} wrote, into slots of which none is taken.
     *
     * @throws IOException if it makes no sense
     */
    void read(DataInputStream in) throws IOException {
        int found = in.readInt();
        arrivals = in.readLong();
        if (found < 0 || found > capacity || arrivals < found) {
            throw new IOException(found + " images of " + arrivals + " in " + capacity + " slots");
        }
        byte[] piece = new byte[1 << 16];
        for (ByteBuffer column : columns()) {
            ByteBuffer used = column.duplicate().limit(column.capacity() / capacity * found);
            while (used.hasRemaining()) {
                int length = Math.min(piece.length, used.remaining());
                in.readFully(piece, 0, length);
                used.put(piece, 0, length);
            }
        }
        for (; size < found; size++) {
            HeldImage image = saved(size);
            if (find(image.id()) != EMPTY) {
                throw new IOException("the image " + image.id() + " twice");
            }
            set(size, image, since(size));
        }
    }

    private HeldImage saved(int slot) throws IOException {
        try {
            return image(slot);
        } catch (IllegalArgumentException nonsense) {
            throw new IOException(nonsense.getMessage(), nonsense);
        }
    }

    private ByteBuffer[] columns() {
        return new ByteBuffer[] {ids, partitions, offsets, since, seen, features};
    }
}
