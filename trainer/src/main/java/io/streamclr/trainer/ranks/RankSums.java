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
        List<ByteBuffer> shares = ranks.exchange(cut(row), most(row.length));
        int from = bound(row.length, ranks.rank());
        int length = bound(row.length, ranks.rank() + 1) - from;
        float[] sums = floats(shares.get(0), length);
        float[] more = new float[length];
        for (int r = 1; r < ranks.ranks(); r++) {
            shares.get(r).asFloatBuffer().get(more);
            for (int i = 0; i < length; i++) {
                sums[i] += more[i];
            }
        }
        List<ByteBuffer> all = ranks.gather(written(sums), most(row.length));
        for (int r = 0; r < ranks.ranks(); r++) {
            int at = bound(row.length, r);
            floatsOf(all.get(r), bound(row.length, r + 1) - at).get(row, at, bound(row.length, r + 1) - at);
        }
    }

    /**
     * The means, added up in 64 bits.
     *
     * @param row numbers of this rank, as many on all ranks; becomes the means
     * @param weight of each rank, the same on all
     */
    public void mean(float[] row, double weight) throws InterruptedException {
        List<ByteBuffer> all = ranks.gather(written(row), Float.BYTES * row.length);
        double[] sums = new double[row.length];
        for (ByteBuffer each : all) {
            FloatBuffer numbers = floatsOf(each, row.length);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += weight * numbers.get(i);
            }
        }
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (sums[i] / (weight * ranks.ranks()));
        }
    }

    private List<ByteBuffer> cut(float[] row) {
        ByteBuffer bytes = written(row);
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

    private ByteBuffer written(float[] row) {
        int bytes = Math.multiplyExact(Float.BYTES, row.length);
        if (out.capacity() < bytes) {
            out = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        out.clear().limit(bytes);
        out.asFloatBuffer().put(row);
        return out;
    }

    private float[] floats(ByteBuffer bytes, int length) {
        float[] numbers = new float[length];
        floatsOf(bytes, length).get(numbers);
        return numbers;
    }

    private FloatBuffer floatsOf(ByteBuffer bytes, int length) {
        FloatBuffer numbers = bytes.asFloatBuffer();
        if (numbers.remaining() != length) {
            throw new IllegalStateException(
                    "A rank sent " + numbers.remaining() + " numbers where there are " + length + " of them");
        }
        return numbers;
    }
}
