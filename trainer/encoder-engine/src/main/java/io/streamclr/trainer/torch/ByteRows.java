package io.streamclr.trainer.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of unsigned bytes, all of one length, off the heap. A buffer of Java holds less than 2 GiB, so many rows lie in several
 * pieces; a row lies in one.
 */
public final class ByteRows {

    private final List<ByteBuffer> pieces;
    private final int rowBytes;
    private final int rowsEach;
    private final int rows;

    private ByteRows(List<ByteBuffer> pieces, int rowBytes, int rowsEach, int rows) {
        this.pieces = pieces;
        this.rowBytes = rowBytes;
        this.rowsEach = rowsEach;
        this.rows = rows;
    }

    /**
     * Room for so many rows.
     *
     * @param rowBytes length of each, 1 or more
     * @throws OutOfMemoryError if Java may not take so much off the heap
     */
    public static ByteRows allocate(int rows, int rowBytes) {
        return allocate(rows, rowBytes, Integer.MAX_VALUE);
    }

    /** The same in pieces that are no longer than this. @param mostBytes a row's at least */
    public static ByteRows allocate(int rows, int rowBytes, int mostBytes) {
        List<Integer> cut = cut(rows, rowBytes, mostBytes);
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int some : cut) {
            pieces.add(ByteBuffer.allocateDirect(some * rowBytes));
        }
        return new ByteRows(pieces, rowBytes, cut.isEmpty() ? 1 : cut.get(0), rows);
    }

    /** How many rows lie in each piece: as many in all as in the first, but in the last. */
    static List<Integer> cut(int rows, int rowBytes, int mostBytes) {
        if (rowBytes < 1 || rowBytes > mostBytes) {
            throw new IllegalArgumentException(
                    "A row of " + rowBytes + " bytes does not fit into a piece of " + mostBytes);
        }
        int each = mostBytes / rowBytes;
        List<Integer> cut = new ArrayList<>();
        for (int left = rows; left > 0; left -= Math.min(each, left)) {
            cut.add(Math.min(each, left));
        }
        return cut;
    }

    /**
     * The rows of one buffer, from its position to its limit, without a copy.
     *
     * @param direct holds whole rows
     */
    public static ByteRows of(ByteBuffer direct, int rowBytes) {
        int rows = direct.remaining() / rowBytes;
        return new ByteRows(List.of(direct.slice()), rowBytes, Math.max(1, rows), rows);
    }

    /** How many there are. */
    public int rows() {
        return rows;
    }

    /** Length of each. */
    public int rowBytes() {
        return rowBytes;
    }

    /** Writes a row. @param bytes as many as a row has */
    public void put(int row, ByteBuffer bytes) {
        if (bytes.remaining() != rowBytes) {
            throw new IllegalArgumentException("A row has " + rowBytes + " bytes, not " + bytes.remaining());
        }
        part(row, 1).put(bytes);
    }

    /** A row, from position 0 to its limit, shared with this. */
    public ByteBuffer row(int row) {
        return part(row, 1);
    }

    /** Rows in order, as buffers of which each holds whole ones, shared with this; one buffer where they lie in one piece. */
    public List<ByteBuffer> parts(int from, int count) {
        if (from < 0 || count < 0 || count > rows - from) {
            throw new IndexOutOfBoundsException(
                    "Of " + rows + " rows " + count + " are asked for from row " + from + " on");
        }
        List<ByteBuffer> parts = new ArrayList<>();
        int done = 0;
        while (done < count) {
            int some = Math.min(count - done, rowsEach - (from + done) % rowsEach);
            parts.add(part(from + done, some));
            done += some;
        }
        return parts;
    }

    /** Rows of one piece. */
    private ByteBuffer part(int from, int count) {
        return pieces.get(from / rowsEach)
                .slice(from % rowsEach * rowBytes, count * rowBytes)
                .order(ByteOrder.nativeOrder());
    }

    /** A few rows in one buffer: shared with this where they lie in one piece, otherwise a copy. */
    public ByteBuffer together(int from, int count) {
        List<ByteBuffer> parts = parts(from, count);
        if (parts.size() == 1) {
            return parts.get(0);
        }
        ByteBuffer copy =
                ByteBuffer.allocateDirect(Math.multiplyExact(count, rowBytes)).order(ByteOrder.nativeOrder());
        parts.forEach(copy::put);
        return copy.flip();
    }
}
