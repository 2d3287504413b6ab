package io.streamclr.trainer.batchlog;

import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.trainer.views.FeedPosition.BlockRange;
import io.streamclr.trainer.views.Origins;
import java.util.List;

/**
 * A block as a manifest or a checkpoint names it.
 *
 * @param ranges its records, ascending by partition, at most one range each
 * @param recipe fingerprint of the recipe of its views
 * @param recipeText that recipe in words; empty where nobody knows
 */
public record LoggedBlock(List<BlockRange> ranges, String recipe, String recipeText) {

    public LoggedBlock {
        ranges = List.copyOf(ranges);
    }

    /** The block that a batch was cut from. */
    public static LoggedBlock of(BatchManifest manifest) {
        return new LoggedBlock(
                manifest.getRanges().stream()
                        .map(range -> new BlockRange(
                                range.getPartition(),
                                range.getFirstOffset(),
                                range.getLastOffset(),
                                range.getRecords(),
                                range.getOrigins()))
                        .toList(),
                manifest.getRecipe(),
                manifest.getRecipeText());
    }

    /** Whether both have the same records. */
    public boolean hasRecordsOf(LoggedBlock other) {
        return places(this).equals(places(other));
    }

    private static List<BlockRange> places(LoggedBlock block) {
        return block.ranges.stream()
                .map(range -> new BlockRange(
                        range.partition(), range.firstOffset(), range.lastOffset(), range.records(), List.of()))
                .toList();
    }

    /** Whether the ranges make sense and have so many records together. */
    public boolean has(long pairs, int partitions) {
        long records = 0;
        int lastPartition = -1;
        for (BlockRange range : ranges) {
            if (range.partition() <= lastPartition
                    || range.partition() >= partitions
                    || range.firstOffset() < 0
                    || range.records() < 1
                    || range.lastOffset() - range.firstOffset() < range.records() - 1
                    || (!range.origins().isEmpty() && Origins.images(range.origins()) != range.records())) {
                return false;
            }
            lastPartition = range.partition();
            records += range.records();
        }
        return records == pairs;
    }
}
