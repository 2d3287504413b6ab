package io.streamclr.local.replay;

import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.OriginRange;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.feed.LostViews;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Draws lost views from the topic of images, with all processors. The topic is opened when views are lost. */
public final class RenderedViews implements LostViews {

    private static final Logger LOG = LoggerFactory.getLogger(RenderedViews.class);

    /** Images that are drawn side by side: enough for every processor, few enough to hold. */
    private static final int TOGETHER = 128;

    private final KafkaConnection kafka;
    private final String imagesTopic;
    private Optional<StoredImages> images = Optional.empty();
    private Optional<Painters> painters = Optional.empty();

    /** Painters of one recipe, one for each thread that draws. */
    private record Painters(String text, String fingerprint, ThreadLocal<PairPainter> ofThread) {}

    /** @param imagesTopic where the images are that the views were drawn from */
    public RenderedViews(KafkaConnection kafka, String imagesTopic) {
        this.kafka = kafka;
        this.imagesTopic = imagesTopic;
    }

    @Override
    public void draw(Lost lost, Consumer<byte[]> into) {
        if (lost.origins().isEmpty() || lost.recipeText().isEmpty()) {
            throw lost.refusal(
                    "nobody noted "
                            + (lost.origins().isEmpty() ? "which images they were drawn from" : "by which recipe")
                            + "; a release before this one drew or named them, so only a longer retention would have kept them");
        }
        if (images.isEmpty()) {
            images = Optional.of(new StoredImages(kafka, imagesTopic));
        }
        Painters drawing = paintersFor(lost);
        for (OriginRange range : lost.origins()) {
            List<StoredImage> together = new ArrayList<>();
            images.get().read(lost.partition(), range.getFirstOffset(), range.getLastOffset(), image -> {
                together.add(image);
                if (together.size() == TOGETHER) {
                    draw(together, range, drawing, into);
                    together.clear();
                }
            });
            draw(together, range, drawing, into);
        }
    }

    private static void draw(List<StoredImage> images, OriginRange range, Painters drawing, Consumer<byte[]> into) {
        images.parallelStream()
                .map(image -> drawing.ofThread().get().draw(image, range.getRunSeed(), range.getPass()))
                .map(WireFormat.VIEW_PAIR::encode)
                .forEachOrdered(into);
    }

    private Painters paintersFor(Lost lost) {
        if (painters.isEmpty()
                || !painters.get().text().equals(lost.recipeText())
                || !painters.get().fingerprint().equals(lost.recipe())) {
            Recipe recipe = recipe(lost);
            LOG.info(
                    "views are drawn again topic={} recipe={} images={}",
                    lost.viewsTopic(),
                    lost.recipeText(),
                    imagesTopic);
            painters = Optional.of(new Painters(
                    lost.recipeText(),
                    lost.recipe(),
                    ThreadLocal.withInitial(() -> new PairPainter(recipe, lost.recipe()))));
        }
        return painters.get();
    }

    /** Whether this release still draws by it as the other did, the digest of the batch decides. */
    private static Recipe recipe(Lost lost) {
        try {
            return Recipe.parse(lost.recipeText());
        } catch (RefusalException unknown) {
            throw lost.refusal("this release does not know their recipe (" + unknown.getMessage() + ")");
        }
    }

    @Override
    public void close() {
        images.ifPresent(StoredImages::close);
    }
}
