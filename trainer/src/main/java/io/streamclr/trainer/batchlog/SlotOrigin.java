package io.streamclr.trainer.batchlog;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.OriginRange;
import io.streamclr.schemas.record.RecordRange;
import io.streamclr.schemas.record.ReplayedImage;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.Shuffle;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands in a slot of a batch, read from the manifest alone.
 *
 * @param partition of the images and of the views
 * @param offset of the image in that partition of {@code images}
 * @param pass of the job over the images; of what was replayed, how often the image stands before in the batch
 * @param runSeed seed of the run that drew the views; of what was replayed, the step's own
 */
public record SlotOrigin(int partition, long offset, int pass, long runSeed) {

    /**
     * All slots of a batch, in order: slot i is row i of the first views and row N + i of all views.
     *
     * @throws RefusalException if the manifest is of a release that did not note origins, or makes no sense
     */
    public static List<SlotOrigin> of(BatchManifest manifest) {
        requireSense(manifest);
        List<SlotOrigin> block = new ArrayList<>();
        for (RecordRange range : manifest.getRanges()) {
            if (range.getOrigins().isEmpty()) {
                throw new RefusalException("Step " + manifest.getStep() + " of run " + manifest.getRunId()
                        + " was logged by a release that did not note what views were rendered from; replay it while its"
                        + " views are kept");
            }
            for (OriginRange origins : range.getOrigins()) {
                for (long offset = origins.getFirstOffset(); offset <= origins.getLastOffset(); offset++) {
                    block.add(new SlotOrigin(range.getPartition(), offset, origins.getPass(), origins.getRunSeed()));
                }
            }
        }
        int[] order = Shuffle.order(manifest.getShuffleSeed(), block.size());
        List<SlotOrigin> slots = new ArrayList<>();
        for (int place = manifest.getFrom(); place < manifest.getTo(); place++) {
            slots.add(block.get(order[place]));
        }
        for (ReplayedImage replayed : manifest.getReplayed()) {
            slots.add(new SlotOrigin(
                    replayed.getPartition(), replayed.getOffset(), replayed.getPass(), manifest.getReplaySeed()));
        }
        return slots;
    }

    /** Before anything is made of what it claims: whoever may write to the topic may have written it. */
    private static void requireSense(BatchManifest manifest) {
        long images = 0;
        for (RecordRange range : manifest.getRanges()) {
            for (OriginRange origins : range.getOrigins()) {
                long here = origins.getLastOffset() - origins.getFirstOffset();
                boolean few = origins.getFirstOffset() >= 0 && here >= 0 && here < FeedConfig.MAX_BLOCK_PAIRS;
                images += few ? here + 1 : FeedConfig.MAX_BLOCK_PAIRS + 1L;
            }
        }
        boolean cut = 0 <= manifest.getFrom() && manifest.getFrom() <= manifest.getTo();
        boolean noted = manifest.getRanges().stream()
                .noneMatch(range -> range.getOrigins().isEmpty());
        if (images > FeedConfig.MAX_BLOCK_PAIRS || !cut || (noted && manifest.getTo() > images)) {
            throw new RefusalException("The entry of step " + manifest.getStep() + " of run " + manifest.getRunId()
                    + " names images that make no batch; find out who wrote that");
        }
    }

    /**
     * Whether the block that a batch was cut from has an image, in any pass, or the memory gave it: a quick look before
     * all slots are listed.
     */
    public static boolean mayBeIn(BatchManifest manifest, int partition, long offset) {
        return manifest.getReplayed().stream()
                        .anyMatch(each -> each.getPartition() == partition && each.getOffset() == offset)
                || manifest.getRanges().stream()
                        .filter(range -> range.getPartition() == partition)
                        .flatMap(range -> range.getOrigins().stream())
                        .anyMatch(origins -> origins.getFirstOffset() <= offset && offset <= origins.getLastOffset());
    }
}
