package io.streamclr.trainer.render;

import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.OriginRange;
import io.streamclr.schemas.record.ReplayedImage;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.views.ViewRenderer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws views that no topic holds from the topic of images, with all processors. The topic is opened when the first are
 * asked for.
 */
public final class ImageTopicRenderer implements ViewRenderer {

    private static final Logger LOG = LoggerFactory.getLogger(ImageTopicRenderer.class);

    /** Images that are rendered side by side: enough for every processor, few enough to hold. */
    private static final int TOGETHER = 128;

    private final KafkaConnection kafka;
    private final String imagesTopic;
    private Optional<StoredImages> images = Optional.empty();
    private Optional<ScatteredImages> scattered = Optional.empty();
    private Optional<Renderers> renderers = Optional.empty();
    private final Queue<PairRenderer> all = new ConcurrentLinkedQueue<>();

    /** Renderers of one recipe, one for each thread that draws. */
    private record Renderers(String text, String fingerprint, ThreadLocal<PairRenderer> ofThread) {}

    /** @param imagesTopic where the images are that the views were rendered from */
    public ImageTopicRenderer(KafkaConnection kafka, String imagesTopic) {
        this.kafka = kafka;
        this.imagesTopic = imagesTopic;
    }

    @Override
    public void draw(ExpiredViews lost, Consumer<byte[]> into) {
        if (lost.origins().isEmpty() || lost.recipeText().isEmpty()) {
            throw lost.refusal(
                    "nobody noted "
                            + (lost.origins().isEmpty() ? "which images they were rendered from" : "by which recipe")
                            + "; a release before this one rendered or logged them, so only a longer retention would have kept them");
        }
        if (images.isEmpty()) {
            images = Optional.of(new StoredImages(kafka, imagesTopic));
        }
        Renderers drawing = renderersFor(
                lost.recipe(),
                lost.recipeText(),
                why -> lost.refusal("this release does not know their recipe (" + why + ")"));
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

    private static void draw(List<StoredImage> images, OriginRange range, Renderers drawing, Consumer<byte[]> into) {
        images.parallelStream()
                .map(image -> drawing.ofThread().get().draw(image, range.getRunSeed(), range.getPass()))
                .map(WireFormat.VIEW_PAIR::encode)
                .forEachOrdered(into);
    }

    @Override
    public void replay(RememberedViews wanted, Consumer<byte[]> into) {
        if (wanted.recipeText().isEmpty()) {
            throw refusal(wanted, "nobody noted the recipe of its views; have them rendered by this release's augment");
        }
        if (scattered.isEmpty()) {
            scattered = Optional.of(new ScatteredImages(kafka, imagesTopic));
        }
        Renderers drawing = renderersFor(
                wanted.recipe(),
                wanted.recipeText(),
                why -> refusal(wanted, "this release does not know the recipe of its views (" + why + ")"));
        List<ReplayedImage> places = wanted.images();
        for (int from = 0; from < places.size(); from += TOGETHER) {
            List<ReplayedImage> some = places.subList(from, Math.min(places.size(), from + TOGETHER));
            List<StoredImage> found = scattered.get().at(some);
            IntStream.range(0, some.size())
                    .parallel()
                    .mapToObj(i -> drawing.ofThread()
                            .get()
                            .draw(found.get(i), wanted.seed(), some.get(i).getPass()))
                    .map(WireFormat.VIEW_PAIR::encode)
                    .forEachOrdered(into);
        }
    }

    private static RefusalException refusal(RememberedViews wanted, String why) {
        return new RefusalException("Step " + wanted.step() + " of run " + wanted.runId()
                + " cannot replay images from its memory, because " + why);
    }

    private Renderers renderersFor(String fingerprint, String text, Function<String, RefusalException> refusal) {
        if (renderers.isEmpty()
                || !renderers.get().text().equals(text)
                || !renderers.get().fingerprint().equals(fingerprint)) {
            Recipe recipe = recipe(text, refusal);
            LOG.info("views are rendered here recipe={} images={}", text, imagesTopic);
            renderers = Optional.of(new Renderers(
                    text, fingerprint, ThreadLocal.withInitial(() -> noted(new PairRenderer(recipe, fingerprint)))));
        }
        return renderers.get();
    }

    /** To be closed with this: it may hold a process. */
    private PairRenderer noted(PairRenderer made) {
        all.add(made);
        return made;
    }

    /** Whether this release still draws by it as the other did, the digest of the batch decides. */
    private static Recipe recipe(String text, Function<String, RefusalException> refusal) {
        try {
            return Recipe.parse(text);
        } catch (RefusalException unknown) {
            throw refusal.apply(unknown.getMessage());
        }
    }

    @Override
    public void close() {
        images.ifPresent(StoredImages::close);
        scattered.ifPresent(ScatteredImages::close);
        all.forEach(PairRenderer::close);
    }
}
