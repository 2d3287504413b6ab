package io.streamclr.trainer.step;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.loss.ShownImages;
import io.streamclr.trainer.ranks.Collective;
import io.streamclr.trainer.ranks.RankSums;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What the ranks of a run give each other in one step. Each has N/W of the N pairs; all embeddings go to all, so that the
 * loss of each sees all negatives; gradients are added up in the order of the ranks.
 */
public final class RankExchange {

    /** More than a word of a rank takes: where its feed stands, some ten thousand origins. */
    private static final int MOST_WORD = 1 << 24;

    private static final byte GOES_ON = 1;

    private final Collective ranks;
    private final RankSums sums;
    private byte[] word = new byte[0];
    private List<byte[]> words = List.of();

    public RankExchange(Collective ranks) {
        this.ranks = ranks;
        this.sums = new RankSums(ranks);
    }

    /** Has all ranks hear something with the embeddings of the next step. */
    public void say(byte[] what) {
        word = what;
    }

    /** What each rank said with the last step, in their order. */
    public List<byte[]> heard() {
        return words;
    }

    int ranks() {
        return ranks.ranks();
    }

    int rank() {
        return ranks.rank();
    }

    /** @param embeddings (2N, D), all first views and then all second views, each in the order of the ranks */
    record Gathered(float[] embeddings, ShownImages images) {}

    /**
     * Gives this rank's embeddings to all, and takes theirs.
     *
     * @param own (2N/W, D), first views and then second views
     * @param images of this rank's pairs
     * @param goesOn whether this rank is not to stop
     * @throws StepAbandoned if any rank is to stop; then all throw it
     */
    Gathered gather(float[] own, ShownImages images, boolean goesOn) {
        int pairs = images.count();
        int fixed = Float.BYTES * own.length + (Integer.BYTES + Long.BYTES) * pairs + 1;
        ByteBuffer mine = ByteBuffer.allocate(fixed + word.length).order(ByteOrder.LITTLE_ENDIAN);
        mine.asFloatBuffer().put(own);
        mine.position(Float.BYTES * own.length);
        for (int number : images.numbers()) {
            mine.putInt(number);
        }
        for (long hash : images.pictureHashes()) {
            mine.putLong(hash);
        }
        mine.put(goesOn ? GOES_ON : 0).put(word).flip();
        return joined(met(() -> ranks.gather(mine, fixed + MOST_WORD)), own.length, pairs);
    }

    private Gathered joined(List<ByteBuffer> parts, int length, int pairs) {
        int half = length / 2;
        float[] all = new float[length * parts.size()];
        int[] numbers = new int[pairs * parts.size()];
        long[] hashes = new long[numbers.length];
        List<byte[]> said = new ArrayList<>();
        boolean goesOn = true;
        for (int r = 0; r < parts.size(); r++) {
            ByteBuffer part = parts.get(r);
            part.asFloatBuffer().get(all, r * half, half).get(all, all.length / 2 + r * half, half);
            part.position(Float.BYTES * length);
            for (int i = 0; i < pairs; i++) {
                // No image is in two ranks: each has one partition, and a partition has one rank.
                numbers[r * pairs + i] = r * pairs + part.getInt();
            }
            for (int i = 0; i < pairs; i++) {
                hashes[r * pairs + i] = part.getLong();
            }
            goesOn &= part.get() == GOES_ON;
            byte[] text = new byte[part.remaining()];
            part.get(text);
            said.add(text);
        }
        if (!goesOn) {
            throw new StepAbandoned();
        }
        words = said;
        return new Gathered(all, ShownImages.numbered(numbers).hashed(hashes));
    }

    /** Adds up the numbers of all ranks. @param row becomes the sums */
    void add(float[] row) {
        met(() -> {
            sums.add(row);
            return row;
        });
    }

    /** Finds the means of the numbers of all ranks. @param row becomes the means @param views of each rank */
    void mean(float[] row, int views) {
        met(() -> {
            sums.mean(row, views);
            return row;
        });
    }

    /** Takes the numbers of rank 0. @param row becomes those */
    void ofRank0(float[] row) {
        met(() -> {
            sums.ofRank0(row);
            return row;
        });
    }

    private interface Meeting<T> {
        T end() throws InterruptedException;
    }

    private static <T> T met(Meeting<T> meeting) {
        try {
            return meeting.end();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RefusalException(
                    "The step was interrupted while the ranks exchanged its numbers; start all ranks again, and they"
                            + " go on from the newest checkpoint",
                    stopped);
        }
    }
}
