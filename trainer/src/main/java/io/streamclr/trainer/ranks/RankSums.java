package io.streamclr.trainer.ranks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums and means of the numbers of all ranks: each rank adds up its share of them in the order of the ranks and gives the
 * result to all (reduce-scatter and all-gather). So each sum is the same number on all ranks, whatever their timing, and
 * that of one process which adds up the ranks' numbers one after the other.
 */
public final class RankSums {

    /** Numbers that are added up at a time. */
    private static final int PIECE = 1 << 12;

    private final Collective ranks;
    private ByteBuffer out = ByteBuffer.allocateDirect(0).order(ByteOrder.LITTLE_ENDIAN);

    public RankSums(Collective ranks) {
        this.ranks = ranks;
    }

    /**
     * The sums.
     *
     * @param row numbers of this rank, as many on all ranks; becomes the sums
     */
    public void add(float[] row) throws InterruptedException {
        int from = bound(row.length, ranks.rank());
        int length = bound(row.length, ranks.rank() + 1) - from;
        addUp(ranks.exchange(cut(row), most(row.length)), row, from, length);
        List<ByteBuffer> all = ranks.gather(written(row, from, length), most(row.length));
        for (int r = 0; r < ranks.ranks(); r++) {
            int at = bound(row.length, r);
            FloatBuffer sums = floats(all.get(r), bound(row.length, r + 1) - at);
            if (r != ranks.rank()) {
                sums.get(row, at, sums.remaining());
            }
        }
    }

    /** A piece after the other, so that what is added up stays in the processor's cache. */
    private void addUp(List<ByteBuffer> shares, float[] row, int from, int length) {
        List<FloatBuffer> numbers =
                shares.stream().map(share -> floats(share, length)).toList();
        float[] sums = new float[PIECE];
        float[] more = new float[PIECE];
        for (int at = 0; at < length; at += PIECE) {
            int count = Math.min(PIECE, length - at);
            numbers.get(0).get(sums, 0, count);
            for (FloatBuffer next : numbers.subList(1, numbers.size())) {
                next.get(more, 0, count);
                for (int i = 0; i < count; i++) {
                    sums[i] += more[i];
                }
            }
            System.arraycopy(sums, 0, row, from + at, count);
        }
    }

    /**
     * The means, added up in 64 bits.
     *
     * @param row numbers of this rank, as many on all ranks; becomes the means
     * @param weight of each rank, the same on all
     */
    public void mean(float[] row, double weight) throws InterruptedException {
        List<ByteBuffer> all = ranks.gather(written(row, 0, row.length), Float.BYTES * row.length);
        double[] sums = new double[row.length];
        for (ByteBuffer each : all) {
            FloatBuffer numbers = floats(each, row.length);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += weight * numbers.get(i);
            }
        }
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (sums[i] / (weight * ranks.ranks()));
        }
    }

    /** Gives the numbers of rank 0 to all. @param row as many on all ranks; becomes those of rank 0 */
    public void ofRank0(float[] row) throws InterruptedException {
        ByteBuffer own = written(row, 0, ranks.rank() == 0 ? row.length : 0);
        List<ByteBuffer> all = ranks.gather(own, Float.BYTES * row.length);
        floats(all.get(0), row.length).get(row);
    }

    private List<ByteBuffer> cut(float[] row) {
        ByteBuffer bytes = written(row, 0, row.length);
        List<ByteBuffer> parts = new ArrayList<>();
        for (int r = 0; r < ranks.ranks(); r++) {
            int from = Float.BYTES * bound(row.length, r);
            parts.add(bytes.slice(from, Float.BYTES * bound(row.length, r + 1) - from));
        }
        return parts;
    }

    /** Where the share of a rank begins. */
    private int bound(int length, int rank) {
        return (int) ((long) length * rank / ranks.ranks());
    }

    private int most(int length) {
        return Math.multiplyExact(Float.BYTES, length / ranks.ranks() + 1);
    }

    private ByteBuffer written(float[] row, int from, int length) {
        int bytes = Math.multiplyExact(Float.BYTES, length);
        if (out.capacity() < bytes) {
            out = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        out.clear().limit(bytes);
        out.asFloatBuffer().put(row, from, length);
        return out;
    }

    private static FloatBuffer floats(ByteBuffer bytes, int length) {
        FloatBuffer numbers = bytes.asFloatBuffer();
        if (numbers.remaining() != length) {
            throw new IllegalStateException(
                    "A rank sent " + numbers.remaining() + " numbers where there are " + length + " of them");
        }
        return numbers;
    }
}
