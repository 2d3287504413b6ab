package io.streamclr.trainer.views;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.wire.ArrivalHeader;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.memory.HeldImage;
import io.streamclr.trainer.torch.ByteRows;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows of a batch as they fill, one view pair after the other. */
public final class Rows {

    private final int pairs;
    private final ByteRows pixels;
    private final MessageDigest digest = sha256();
    private final List<Row> shown = new ArrayList<>();
    private final int[] images;
    private final long[] arrivedAt;
    private final long[] pictureHashes;
    private boolean hashed = true;
    private final Map<String, Integer> firstPlace = new HashMap<>();

    /** The image of a row. */
    private record Row(String image, Origin origin) {}

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
    public void add(byte[] encoded) {
        add(encoded, ArrivalHeader.UNKNOWN);
    }

    /**
     * Puts the pair of an encoded record, which was read before, into the next row.
     *
     * @param arrival of its image, in milliseconds since 1970, negative where nobody knows
     */
    public void add(byte[] encoded, long arrival) {
        int row = shown.size();
        arrivedAt[row] = arrival;
        digest.update(encoded);
        ViewPair pair = decode(encoded);
        pixels.put(row, pair.getFirst().getPixels().duplicate());
        pixels.put(pairs + row, pair.getSecond().getPixels().duplicate());
        Integer known = firstPlace.putIfAbsent(pair.getImageId(), row);
        images[row] = known == null ? row : known;
        if (pair.getPictureHash() == null) {
            hashed = false;
        } else {
            pictureHashes[row] = pair.getPictureHash();
        }
        shown.add(new Row(pair.getImageId(), pair.getOrigin()));
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
        for (Row row : shown) {
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

    private static ViewPair decode(byte[] encoded) {
        try {
            return WireFormat.VIEW_PAIR.decode(encoded);
        } catch (ForeignRecordException changed) {
            throw new IllegalStateException("A record that was read before cannot be read again", changed);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java platform must have SHA-256", missing);
        }
    }
}
