package io.streamclr.trainer.watch;

import io.streamclr.schemas.record.OriginRange;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.memory.MemoryPlan.Policy;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.torch.ByteRows;
import java.util.Locale;
import java.util.Optional;

/**
 * Says once that a run's images come in an order, as class after class or the frames of a video do, so that each batch
 * shows few kinds of them. Batches are looked at as they are trained: what blocks mix that are shuffled needs no word.
 *
 * <p>Views carry no labels, and picture hashes on demand alone, so images are known by the colours of their views
 * ({@link ColourGrid}). An order that colours do not show, such as that of classes that differ in shape alone, is not
 * seen; and whatever changes the colours for longer than a block, such as the time of day, is an order.
 *
 * <p>Each pass is judged by itself, for the same groups of images in another pass are no evidence. A process that resumes
 * a run begins anew, so it may say it once more. Reads batches and changes nothing. For one thread.
 */
public final class OrderWatch {

    private final TrainConfig config;
    private Mixing mixing = new Mixing(ColourGrid.LENGTH);
    private int pass;
    private boolean done;

    /** Of a run whose memory mixes what comes it says nothing; one that keeps the newest images mixes little. */
    public OrderWatch(TrainConfig config) {
        this.config = config;
        Policy policy = config.remembering().memory().policy();
        done = policy != Policy.NONE && policy != Policy.FIFO;
    }

    /** A batch, still open; its images from a memory are passed over. @return what is to be said; empty for nothing */
    public Optional<String> look(Batch batch) {
        int fresh = batch.pairs() - batch.replayed();
        if (done || fresh == 0) {
            return Optional.empty();
        }
        int latest = pass(batch);
        if (latest != pass) {
            pass = latest;
            mixing = new Mixing(ColourGrid.LENGTH);
        }
        ByteRows views = batch.views();
        for (int pair = 0; pair < fresh; pair++) {
            mixing.add(ColourGrid.of(views, pair, batch.pairs(), batch.height(), batch.width()));
        }
        done = mixing.isInAnOrder();
        return done ? Optional.of(sentence()) : Optional.empty();
    }

    /** The latest that has images in the batch's block. */
    private static int pass(Batch batch) {
        return batch.manifest().getRanges().stream()
                .flatMap(range -> range.getOrigins().stream())
                .mapToInt(OriginRange::getPass)
                .max()
                .orElse(0);
    }

    private String sentence() {
        return String.format(
                Locale.ROOT,
                "Run %s is trained on images that come in an order: by their colours, %d in a row are worth no more than"
                        + " %d drawn at random (%,d images so far, shuffled in blocks of %d batches), so the network sees"
                        + " few kinds at a time and forgets the others, which cost 2 points of accuracy in short runs and"
                        + " costs more in long ones; shuffle images before they are sent, as ingest does without"
                        + " --in-order, or, if that cannot be, begin another run with --memory minred --updates 10",
                config.runId(),
                Mixing.GROUP,
                Math.max(1, Math.round(Mixing.GROUP / mixing.ratio())),
                mixing.images(),
                config.batching().blockBatches());
    }
}
