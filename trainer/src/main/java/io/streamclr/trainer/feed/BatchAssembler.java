package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.Seeds;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.ReplayedImage;
import io.streamclr.trainer.batchlog.BatchLog;
import io.streamclr.trainer.batchlog.LoggedBatch;
import io.streamclr.trainer.feed.Feed.Means;
import io.streamclr.trainer.memory.HeldImage;
import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.views.Block;
import io.streamclr.trainer.views.BlockMemory;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.Rows;
import io.streamclr.trainer.views.ViewRenderer;
import io.streamclr.trainer.views.ViewShape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * Makes the batches of a run, one step after the other: the fresh pairs of a block, and views of what the memory replays,
 * rendered for this step alone. Each batch is logged before it is given. For one thread.
 */
final class BatchAssembler {

    private final FeedConfig config;
    private final RunHistory history;
    private final BatchLog log;
    private final Optional<RememberedImages> replays;
    private final ViewRenderer views;
    private final BlockingQueue<Supplier<Block>> fullBlocks;
    private final BlockingQueue<BlockMemory> freeBlocks;
    private final BatchBuffers buffers;
    private FeedPosition position;
    private Optional<BlockCutter> cutter = Optional.empty();

    /**
     * A batch.
     *
     * @param after where the feed stands once it is taken
     */
    record Ready(Batch batch, FeedPosition after) {}

    /**
     * @param start where the feed stands
     * @param fullBlocks blocks in order, or what ended them
     * @param freeBlocks takes the memory of blocks that are cut
     */
    BatchAssembler(
            FeedConfig config,
            FeedPosition start,
            RunHistory history,
            Means means,
            BlockingQueue<Supplier<Block>> fullBlocks,
            BlockingQueue<BlockMemory> freeBlocks) {
        this.config = config;
        this.position = start;
        this.history = history;
        this.log = means.naming();
        this.replays = means.replays();
        this.views = means.lost();
        this.fullBlocks = fullBlocks;
        this.freeBlocks = freeBlocks;
        this.buffers = new BatchBuffers(config.batchPairs());
    }

    /** The next batch; waits for what it is made of. */
    Ready next() throws InterruptedException {
        boolean fresh = config.mix().isFresh(position.nextStep());
        if (fresh && cutter.isEmpty()) {
            cutter = Optional.of(new BlockCutter(config, fullBlocks.take().get()));
        }
        ViewShape shape = cutter.map(each -> each.block().shape()).orElse(position.shape());
        ByteRows pixels = buffers.take(shape);
        Rows rows = new Rows(config.batchPairs(), pixels);
        int index = position.batchInBlock();
        if (fresh) {
            cutter.orElseThrow().cut(index, rows);
        }
        List<ReplayedImage> replayed = replays.isPresent() ? replay(replays.get(), shape, rows) : List.of();
        long replaySeed = replayed.isEmpty() ? 0 : seed(config, position.nextStep());
        BatchManifest manifest = fresh
                ? cutter.orElseThrow().manifest(index, rows.digest(), replayed, replaySeed)
                : nothingFresh(shape, rows.digest(), replayed, replaySeed);
        LoggedBatch logged = logged(manifest);
        if (fresh) {
            position = cutter.orElseThrow().position(index, logged.offset() + 1);
            if (index == config.blockBatches() - 1) {
                freeBlocks.add(cutter.orElseThrow().block().memory());
                cutter = Optional.empty();
            }
        } else {
            position = position.afterReplayed(logged.offset() + 1);
        }
        return new Ready(new Batch(logged, rows, shape, pixels, buffers::giveBack), position);
    }

    private BatchManifest nothingFresh(
            ViewShape shape, ByteBuffer digest, List<ReplayedImage> replayed, long replaySeed) {
        return new BatchManifest(
                config.runId(),
                position.nextStep(),
                List.of(),
                0L,
                0,
                0,
                digest,
                shape.recipe(),
                shape.recipeText(),
                replayed,
                replaySeed,
                config.share().logged());
    }

    /** Fills the rows that are left from memory: as it was logged, where it was. */
    private List<ReplayedImage> replay(RememberedImages memory, ViewShape shape, Rows rows)
            throws InterruptedException {
        long step = position.nextStep();
        int fresh = rows.filled();
        List<HeldImage> decided = memory.decide(step, rows.held(), config.batchPairs() - fresh);
        List<ReplayedImage> replayed = history.replayed(step).orElseGet(() -> RememberedImages.listed(decided));
        new ViewRenderer.RememberedViews(
                        config.runId(),
                        step,
                        config.viewsTopic(),
                        shape.recipe(),
                        shape.recipeText(),
                        seed(config, step),
                        replayed)
                .draw(views, shape, rows);
        List<HeldImage> shown = rows.held();
        if (replayed.equals(RememberedImages.listed(decided)) && !decided.equals(shown.subList(fresh, shown.size()))) {
            throw new RefusalException("Run " + config.runId() + " cannot train step " + step + " from its memory: the"
                    + " topic of images holds other images at the offsets where it had met them; the topic was written"
                    + " anew, so begin another run on it");
        }
        memory.compose(step, shown);
        return replayed;
    }

    /** Seed of all views that a step replays. */
    static long seed(FeedConfig config, long step) {
        return Seeds.of(config.seed(), "replay", step);
    }

    /** Logs a new batch, or compares one that comes again with its entry. */
    private LoggedBatch logged(BatchManifest made) throws InterruptedException {
        Optional<LoggedBatch> known = history.batch(made.getStep());
        if (known.isEmpty()) {
            return new LoggedBatch(made, log.append(made));
        }
        if (!made.getDigest().equals(known.get().manifest().getDigest())) {
            throw new RefusalException("Step " + made.getStep() + " of run " + config.runId()
                    + " cannot be made again: the records that topic " + config.viewsTopic()
                    + " holds at its offsets are not those that were trained; the topic was written anew, so begin"
                    + " another run on it");
        }
        return known.get();
    }
}
