package io.streamclr.trainer.views;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.OriginRange;
import io.streamclr.schemas.record.ReplayedImage;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.KafkaConnection;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Draws view pairs that no topic holds: those that batches were made of and that expired, and new ones of images that the
 * trainer remembers. The trainer knows neither images nor recipes, so whoever starts it brings this along.
 */
public interface ViewRenderer extends AutoCloseable {

    /** For a trainer that stands alone: what is lost stays lost. */
    ViewRenderer NONE = (lost, into) -> {
        throw lost.refusal("this process cannot draw them again; start it as 'streamclr train', which can");
    };

    /**
     * Draws records again, byte for byte as they stood in the topic.
     *
     * @param into takes each record, in order
     * @throws RefusalException if the images are gone, or the manifest does not say enough
     */
    void draw(ExpiredViews lost, Consumer<byte[]> into);

    /**
     * Draws a pair of each image that a step replays, in order.
     *
     * @param into takes each record, encoded as those of the topic of views
     * @throws RefusalException if the images are gone, or nobody knows the recipe
     */
    default void replay(RememberedViews wanted, Consumer<byte[]> into) {
        throw new RefusalException("Step " + wanted.step() + " of run " + wanted.runId()
                + " replays images from memory, and this process cannot draw their views; start it as 'streamclr"
                + " train', which can, or train without --memory");
    }

    @Override
    default void close() {}

    /** Makes what draws lost views, for one broker. */
    @FunctionalInterface
    interface Source {

        /** @param imagesTopic where the images are that views were rendered from */
        ViewRenderer from(KafkaConnection kafka, String imagesTopic);
    }

    /**
     * Consecutive records of one partition that are to be rendered again.
     *
     * @param viewsTopic that held them
     * @param firstOffset of the first of them in {@code viewsTopic}
     * @param lastOffset of the last of them, inclusive
     * @param recipe its fingerprint
     * @param recipeText the recipe as {@code streamclr augment --recipe} takes it; empty if nobody knows
     * @param origins the images, in order; empty if nobody knows
     */
    record ExpiredViews(
            String viewsTopic,
            int partition,
            long firstOffset,
            long lastOffset,
            String recipe,
            String recipeText,
            List<OriginRange> origins) {

        public ExpiredViews {
            origins = List.copyOf(origins);
        }

        /** @param why they are not rendered again, and what to do */
        public RefusalException refusal(String why) {
            return new RefusalException("Topic " + viewsTopic + " no longer has the views from offset " + firstOffset
                    + " to " + lastOffset + " of partition " + partition + " as they were trained, and " + why);
        }
    }

    /**
     * What a step replays.
     *
     * @param viewsTopic of the run, for messages
     * @param recipe its fingerprint
     * @param recipeText the recipe as {@code streamclr augment --recipe} takes it; empty if nobody knows
     * @param seed run seed of the views
     * @param images in the order of the batch, with the pass of each
     */
    record RememberedViews(
            String runId,
            long step,
            String viewsTopic,
            String recipe,
            String recipeText,
            long seed,
            List<ReplayedImage> images) {

        public RememberedViews {
            images = List.copyOf(images);
        }

        /** The first image alone. */
        public RememberedViews first() {
            return new RememberedViews(runId, step, viewsTopic, recipe, recipeText, seed, images.subList(0, 1));
        }

        /** Draws them into the next rows of a batch. */
        public void draw(ViewRenderer views, ViewShape shape, Rows rows) {
            draw(views, new ViewReader(shape), rows::add);
        }

        /** Draws them, and holds each against what was asked for. */
        public void draw(ViewRenderer views, ViewReader reader, BiConsumer<ByteBuffer, PairFacts> into) {
            Iterator<ReplayedImage> expected = images.iterator();
            if (expected.hasNext()) {
                views.replay(this, encoded -> {
                    ReplayedImage image = expected.next();
                    ByteBuffer bytes = ByteBuffer.wrap(encoded);
                    ViewPair pair = reader.read(new ConsumerRecord<>(
                            viewsTopic, image.getPartition(), image.getOffset(), new byte[0], bytes));
                    into.accept(bytes, PairFacts.of(bytes, pair));
                });
            }
            if (expected.hasNext()) {
                throw new IllegalStateException("Not all pairs that step " + step + " replays were rendered");
            }
        }

        public static RememberedViews of(BatchManifest manifest, String viewsTopic) {
            return new RememberedViews(
                    manifest.getRunId(),
                    manifest.getStep(),
                    viewsTopic,
                    manifest.getRecipe(),
                    manifest.getRecipeText(),
                    manifest.getReplaySeed(),
                    manifest.getReplayed());
        }
    }
}
