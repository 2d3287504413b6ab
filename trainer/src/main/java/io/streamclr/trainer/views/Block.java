package io.streamclr.trainer.views;

import io.streamclr.trainer.views.FeedPosition.BlockRange;
import io.streamclr.trainer.views.FeedPosition.Reading;
import java.util.List;

/**
 * A full block: the records that are shuffled together and then cut into batches.
 *
 * @param number from 0
 * @param ranges its records, ascending by partition, at most one range each
 * @param before how far each partition was read when the block began
 * @param after how far each partition is read after it
 * @param shape what all its views have in common
 * @param memory the encoded records, in the order in which they were taken; the block's until it is cut
 * @param places for each place in the order of {@code ranges}, the record's number in {@code memory}; owned, never
 *     written to
 */
public record Block(
        long number,
        List<BlockRange> ranges,
        List<Reading> before,
        List<Reading> after,
        ViewShape shape,
        BlockMemory memory,
        int[] places) {

    public Block {
        ranges = List.copyOf(ranges);
        before = List.copyOf(before);
        after = List.copyOf(after);
    }
}
