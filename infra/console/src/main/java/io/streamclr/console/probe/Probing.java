package io.streamclr.console.probe;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.Embedder;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.probe.Probe;
import io.streamclr.trainer.torch.Torch;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Measures raw pixels and encoders in a few seconds each, on one pair of image sets. For one thread. */
public final class Probing {

    /** Voters of the kNN classifier. */
    public static final int NEIGHBOURS = 20;

    private final ImageSet train;
    private final ImageSet test;
    private final int threads;
    private final boolean apart;

    /**
     * @param train neighbours
     * @param test what is classified and found; read with views
     * @param threads of PyTorch
     * @param apart whether no image is in both sets; if not, an image would be its own neighbour, and kNN is left out
     * @throws RefusalException if the sets are of different sides
     */
    public Probing(ImageSet train, ImageSet test, int threads, boolean apart) {
        if (train.side() != test.side()) {
            throw new RefusalException("Training images of " + train.side() + " pixels and test images of "
                    + test.side() + " pixels cannot be compared; read both by one recipe");
        }
        this.train = train;
        this.test = test;
        this.threads = threads;
        this.apart = apart;
    }

    /** The baseline that needs no network. */
    public Scores pixels() {
        try (Torch torch = Torch.open(threads)) {
            return score(torch, Look.pixels(train.side()).describing());
        }
    }

    /**
     * A shipped encoder.
     *
     * @param encoder an {@code encoder.pt}
     * @throws RefusalException if there is none, or it is no encoder
     */
    public Scores encoder(Path encoder) {
        try (Torch torch = Torch.open(threads);
                Embedder embedder = Embedder.load(torch, encoder)) {
            return score(torch, (pixels, count) -> embedder.embed(pixels, count, train.side(), train.side()));
        }
    }

    /** Some of the labelled test images, taken evenly, to probe on while training; empty where not all have labels. */
    public Optional<LabelledImages> some(int most) {
        if (!test.labelled()) {
            return Optional.empty();
        }
        int count = Math.min(most, test.count());
        int[] rows = IntStream.range(0, count)
                .map(row -> (int) ((long) row * test.count() / count))
                .toArray();
        return Optional.of(test.withLabels().rows(rows));
    }

    /** Whether no image is in both sets, so that the test images are not trained on. */
    public boolean isApart() {
        return apart;
    }

    private Scores score(Torch torch, Look.Describing look) {
        Features originals = look.at(test.pixels(), test.count());
        Features views = look.at(test.views(), test.count());
        Map<Measure, Double> scores = new EnumMap<>(Measure.class);
        try (Probe probe = Probe.on(torch)) {
            scores.put(Measure.RETRIEVAL, probe.nearest(views, originals, 1).ownFirst());
            if (apart && train.labelled() && test.labelled()) {
                Features known = look.at(train.pixels(), train.count());
                int voters = Math.min(NEIGHBOURS, train.count());
                double right = probe.nearest(originals, known, voters).majority(train.labels(), test.labels(), voters);
                scores.put(Measure.KNN_20, right);
            }
        }
        return new Scores(scores);
    }
}
