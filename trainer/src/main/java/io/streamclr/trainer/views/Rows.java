package io.streamclr.trainer.views;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.identity.Sha256;
import io.streamclr.schemas.wire.ArrivalHeader;
import io.streamclr.trainer.memory.HeldImage;
import io.streamclr.trainer.torch.ByteRows;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows of a batch as they fill, one view pair after the other. */
public final class Rows {

    private final int pairs;
    private final ByteRows pixels;
    private final MessageDigest digest = Sha256.begin();
    private final List<PairFacts> shown = new ArrayList<>();
    private final int[] images;
    private final long[] arrivedAt;
    private final long[] pictureHashes;
    private boolean hashed = true;
    private final Map<String, Integer> firstPlace = new HashMap<>();

    /**
     * @param pairs N, how many will come
     * @param pixels takes 2N rows of (height, width, 3) bytes: first views in rows 0 to N - 1, then second views
     */
    public Rows(int pairs, ByteRows pixels) {
        this.pairs = pairs;
        this.pixels = pixels;
        this.images = new int[pairs];
        this.arrivedAt = new long[pairs];
        this.pictureHashes = new long[pairs];
    }

    /** Puts a pair whose image arrived nobody knows when into the next row. */
    public void add(ByteBuffer encoded, PairFacts facts) {
        add(encoded, facts, ArrivalHeader.UNKNOWN);
    }

    /**
     * Puts the pair of an encoded record, which was read before, into the next row.
     *
     * @param encoded from position to limit, which stay as they are
     * @param facts of it
     * @param arrival of its image, in milliseconds since 1970, negative where nobody knows
     */
    public void add(ByteBuffer encoded, PairFacts facts, long arrival) {
        int row = shown.size();
        arrivedAt[row] = arrival;
        digest.update(encoded.duplicate());
        int begin = encoded.position();
        pixels.put(row, encoded.slice(begin + facts.first(), pixels.rowBytes()));
        pixels.put(pairs + row, encoded.slice(begin + facts.second(), pixels.rowBytes()));
        Integer known = firstPlace.putIfAbsent(facts.image(), row);
        images[row] = known == null ? row : known;
        if (facts.pictureHash() == null) {
            hashed = false;
        } else {
            pictureHashes[row] = facts.pictureHash();
        }
        shown.add(facts);
    }

    /** How many rows are filled. */
    public int filled() {
        return shown.size();
    }

    /** For each row, the first row of the same image; owned by whoever asks last. */
    public int[] images() {
        return images;
    }

    /** For each row, when its image arrived, as it was said; owned by whoever asks last. */
    public long[] arrivedAt() {
        return arrivedAt;
    }

    /** For each row, what its picture looks like; empty if the views of one do not say; owned by whoever asks last. */
    public Optional<long[]> pictureHashes() {
        return hashed ? Optional.of(pictureHashes) : Optional.empty();
    }

    /** SHA-256 over the encoded records, in order; asked once, after the last. */
    public ByteBuffer digest() {
        return ByteBuffer.wrap(digest.digest());
    }

    /**
     * What the filled rows show.
     *
     * @throws RefusalException if a view names its image in no way that this release knows
     */
    public List<HeldImage> held() {
        List<HeldImage> held = new ArrayList<>();
        for (PairFacts row : shown) {
            int partition = row.origin().getPartition();
            long offset = row.origin().getOffset();
            try {
                held.add(new HeldImage(ImageId.parse(row.image()), partition, offset));
            } catch (IllegalArgumentException foreign) {
                throw new RefusalException(
                        "The views of partition " + partition + ", image offset " + offset + " cannot be remembered ("
                                + foreign.getMessage()
                                + "); have them rendered by streamclr augment, or train without --memory",
                        foreign);
            }
        }
        return held;
    }
}
