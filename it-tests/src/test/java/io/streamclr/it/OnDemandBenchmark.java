package io.streamclr.it;

import io.streamclr.augment.view.Recipe;
import io.streamclr.local.replay.RenderedViews;
import io.streamclr.schemas.record.ReplayedImage;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.trainer.feed.LostViews.Replayed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast views of remembered images are drawn in the trainer's process, by offset from topic {@code images}. No test:
 * {@code ./mvnw -pl it-tests -am test -Dtest=OnDemandBenchmark -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@ExtendWith(RealBroker.class)
class OnDemandBenchmark {

    private static final int IMAGES = 8_000;
    private static final int BATCH = 128;
    private static final int PARTITIONS = 2;
    private static final int SECONDS = 6;

    @TempDir
    private Path folder;

    @Test
    void measure() throws Exception {
        Path pictures = folder.resolve("pictures");
        Pictures.write(pictures, IMAGES, 28);
        RealBroker.create(Topic.IMAGES, "demand.images", PARTITIONS);
        Command.run(
                "ingest",
                pictures.toString(),
                "--images-topic=demand.images",
                "--bootstrap-server",
                RealBroker.address());
        List<ReplayedImage> all = new ArrayList<>();
        for (int i = 0; i < IMAGES - 500; i++) {
            all.add(new ReplayedImage(i % PARTITIONS, (long) (i / PARTITIONS), 0));
        }
        Collections.shuffle(all, new Random(1));

        for (int round = 0; round < 3; round++) {
            try (RenderedViews views = new RenderedViews(RealBroker.connection(), "demand.images")) {
                double first = pairsPerSecond(views, all, all.size() / BATCH);
                double again = pairsPerSecond(views, all, Integer.MAX_VALUE);
                System.out.printf(
                        Locale.ROOT,
                        "drawn on demand: %,.0f pairs/s of images asked for the first time, %,.0f of such asked for"
                                + " lately%n",
                        first,
                        again);
            }
        }
    }

    private static double pairsPerSecond(RenderedViews views, List<ReplayedImage> all, int batches) {
        Recipe recipe = Recipe.parse("grey");
        AtomicInteger drawn = new AtomicInteger();
        long begin = System.nanoTime();
        for (int batch = 0; batch < batches && System.nanoTime() - begin < SECONDS * 1_000_000_000L; batch++) {
            int from = batch * BATCH % (all.size() - BATCH);
            Replayed wanted = new Replayed(
                    "run", batch, "views", recipe.fingerprint(), recipe.text(), batch, all.subList(from, from + BATCH));
            views.replay(wanted, encoded -> drawn.incrementAndGet());
        }
        return drawn.get() / ((System.nanoTime() - begin) / 1e9);
    }
}
