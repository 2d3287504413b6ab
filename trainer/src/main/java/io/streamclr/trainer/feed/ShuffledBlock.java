package io.streamclr.trainer.feed;

import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;

/** A full block in the order in which it is cut. Pure: the same block and seed give the same batches. */
final class ShuffledBlock {

    private final Block block;
    private final int[] order;

    /**
     * What a batch is made of.
     *
     * @param digest SHA-256 over the encoded records in the batch's order
     * @param images for each pair, the place of the first pair of the same image; owned by the batch
     * @param arrivedAt for each pair, when its image arrived, in milliseconds since 1970, negative where nobody knows;
     *     owned by the batch
     */
    record Cut(ByteBuffer digest, int[] images, long[] arrivedAt) {}

    ShuffledBlock(Block block, long shuffleSeed) {
        this.block = block;
        this.order = Shuffle.order(shuffleSeed, block.places().length);
    }

    /**
     * Cuts the places from {@code from} to below {@code to}.
     *
     * @param pixels is filled with (2N, height, width, 3) bytes: first views in rows 0 to N - 1, then second views
     */
    Cut cut(int from, int to, ByteBuffer pixels) {
        int pairs = to - from;
        int viewBytes = block.shape().viewBytes();
        MessageDigest digest = sha256();
        int[] images = new int[pairs];
        long[] arrivedAt = new long[pairs];
        Map<String, Integer> firstPlace = new HashMap<>();
        for (int row = 0; row < pairs; row++) {
            int record = block.places()[order[from + row]];
            arrivedAt[row] = block.memory().arrivedAt(record);
            byte[] encoded = block.memory().record(record);
            digest.update(encoded);
            ViewPair pair = decode(encoded);
            pixels.put(row * viewBytes, pair.getFirst().getPixels(), 0, viewBytes);
            pixels.put((pairs + row) * viewBytes, pair.getSecond().getPixels(), 0, viewBytes);
            Integer known = firstPlace.putIfAbsent(pair.getImageId(), row);
            images[row] = known == null ? row : known;
        }
        return new Cut(ByteBuffer.wrap(digest.digest()), images, arrivedAt);
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
