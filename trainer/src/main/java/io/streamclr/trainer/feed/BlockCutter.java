package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.RecordRange;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shuffles one block and cuts it into batches. Pure: the same block gives the same batches. */
final class BlockCutter {

    private final FeedConfig config;
    private final Block block;
    private final long shuffleSeed;
    private final int[] order;

    /**
     * A batch that is cut and not yet named.
     *
     * @param images for each pair, the place of the first pair of the same image; owned by the batch
     */
    record Cut(BatchManifest manifest, int[] images) {}

    BlockCutter(FeedConfig config, Block block) {
        this.config = config;
        this.block = block;
        shuffleSeed = Shuffle.seed(config.seed(), block.number());
        order = Shuffle.order(shuffleSeed, config.blockPairs());
    }

    /** The step that batch {@code index} of the block trains. */
    long step(int index) {
        return block.number() * config.blockBatches() + index + 1;
    }

    /** Bytes of the pixels of one batch, more than a buffer holds where that is so. */
    static long pixelBytes(FeedConfig config, ViewShape shape) {
        return 2L * config.batchPairs() * shape.viewBytes();
    }

    /**
     * Cuts batch {@code index}, from 0.
     *
     * @param pixels is filled with (2N, height, width, 3) bytes: first views in rows 0 to N - 1, then second views
     */
    Cut cut(int index, ByteBuffer pixels) {
        int pairs = config.batchPairs();
        int viewBytes = block.shape().viewBytes();
        MessageDigest digest = sha256();
        int[] images = new int[pairs];
        Map<String, Integer> firstPlace = new HashMap<>();
        for (int row = 0; row < pairs; row++) {
            byte[] encoded = block.memory().record(block.places()[order[index * pairs + row]]);
            digest.update(encoded);
            ViewPair pair = decode(encoded);
            pixels.put(row * viewBytes, pair.getFirst().getPixels(), 0, viewBytes);
            pixels.put((pairs + row) * viewBytes, pair.getSecond().getPixels(), 0, viewBytes);
            Integer known = firstPlace.putIfAbsent(pair.getImageId(), row);
            images[row] = known == null ? row : known;
        }
        return new Cut(manifest(index, digest.digest()), images);
    }

    private BatchManifest manifest(int index, byte[] digest) {
        List<RecordRange> ranges = block.ranges().stream()
                .map(range ->
                        new RecordRange(range.partition(), range.firstOffset(), range.lastOffset(), range.records()))
                .toList();
        return new BatchManifest(
                config.runId(),
                step(index),
                ranges,
                shuffleSeed,
                index * config.batchPairs(),
                (index + 1) * config.batchPairs(),
                ByteBuffer.wrap(digest),
                block.shape().recipe());
    }

    /**
     * Where the feed stands behind batch {@code index}.
     *
     * @param namedUntil offset behind the batch's entry in the topic of batches
     */
    FeedPosition position(int index, long namedUntil) {
        boolean blockDone = index == config.blockBatches() - 1;
        ViewShape shape = block.shape();
        return new FeedPosition(
                config.runId(),
                config.seed(),
                config.batchPairs(),
                config.blockBatches(),
                step(index) + 1,
                namedUntil,
                shape.recipe(),
                shape.height(),
                shape.width(),
                blockDone ? block.after() : block.before(),
                blockDone ? List.of() : block.ranges());
    }

    /**
     * Holds a batch that is made again against its entry.
     *
     * @throws RefusalException if it is not the same
     */
    void requireSame(BatchManifest made, BatchManifest named) {
        if (!made.equals(named)) {
            throw new RefusalException("Step " + named.getStep() + " of run " + config.runId()
                    + " cannot be made again: the records that topic " + config.viewsTopic()
                    + " holds at its offsets are not those that were trained; the topic was written anew, so begin"
                    + " another run on it");
        }
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
