package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.OriginRange;
import io.streamclr.schemas.topic.KafkaConnection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Draws view pairs again that batches were made of and that their topic no longer holds. The trainer knows neither
 * images nor recipes, so whoever starts it brings this along.
 */
public interface LostViews extends AutoCloseable {

    /** For a trainer that stands alone: what is lost stays lost. */
    LostViews NONE = (lost, into) -> {
        throw lost.refusal("this process cannot draw them again; start it as 'streamclr train', which can");
    };

    /**
     * Draws records again, byte for byte as they stood in the topic.
     *
     * @param into takes each record, in order
     * @throws RefusalException if the images are gone, or the manifest does not say enough
     */
    void draw(Lost lost, Consumer<byte[]> into);

    @Override
    default void close() {}

    /** Makes what draws lost views, for one broker. */
    @FunctionalInterface
    interface Source {

        /** @param imagesTopic where the images are that views were drawn from */
        LostViews from(KafkaConnection kafka, String imagesTopic);
    }

    /**
     * Consecutive records of one partition that are to be drawn again.
     *
     * @param viewsTopic that held them
     * @param firstOffset of the first of them in {@code viewsTopic}
     * @param lastOffset of the last of them, inclusive
     * @param recipe its fingerprint
     * @param recipeText the recipe as {@code streamclr augment --recipe} takes it; empty if nobody knows
     * @param origins the images, in order; empty if nobody knows
     */
    record Lost(
            String viewsTopic,
            int partition,
            long firstOffset,
            long lastOffset,
            String recipe,
            String recipeText,
            List<OriginRange> origins) {

        public Lost {
            origins = List.copyOf(origins);
        }

        /** @param why they are not drawn again, and what to do */
        public RefusalException refusal(String why) {
            return new RefusalException("Topic " + viewsTopic + " no longer has the views from offset " + firstOffset
                    + " to " + lastOffset + " of partition " + partition + " as they were trained, and " + why);
        }
    }
}
