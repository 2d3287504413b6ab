package io.streamclr.local.probe;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.probe.Embedder;
import io.streamclr.trainer.probe.Features;
import io.streamclr.trainer.probe.Probe;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** Measures raw pixels and encoders on one pair of image sets. For one thread. */
public final class Probing {

    /** Voters of the kNN classifier. */
    public static final int NEIGHBOURS = 20;

    private final ImageSet train;
    private final ImageSet test;
    private final int threads;
    private final boolean linear;
    private final boolean apart;

    /** What turns images into features. */
    private interface Look {
        Features at(ByteBuffer pixels, int count);
    }

    /**
     * @param train neighbours, and what the linear classifier learns from
     * @param test what is classified and found; drawn with views
     * @param threads of PyTorch
     * @param linear whether the linear classifier is fitted too, which takes a few seconds
     * @param apart whether no image is in both sets; if not, an image would be its own neighbour, and kNN and linear
     *     classifier are left out
     * @throws RefusalException if the sets are of different sides
     */
    public Probing(ImageSet train, ImageSet test, int threads, boolean linear, boolean apart) {
        if (train.side() != test.side()) {
            throw new RefusalException("Training images of " + train.side() + " pixels and test images of "
                    + test.side() + " pixels cannot be compared; read both by one recipe");
        }
        this.train = train;
        this.test = test;
        this.threads = threads;
        this.linear = linear;
        this.apart = apart;
    }

    /** The floor that needs no network. */
    public Scores pixels() {
        try (Torch torch = Torch.open(threads)) {
            return score(torch, (pixels, count) -> Features.ofPixels(pixels, count, train.side(), train.side()));
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

    private Scores score(Torch torch, Look look) {
        Features originals = look.at(test.pixels(), test.count());
        Features views = look.at(test.views(), test.count());
        try (Probe probe = Probe.on(torch)) {
            double retrieval = probe.nearest(views, originals, 1).ownFirst();
            if (!apart || !train.labelled() || !test.labelled()) {
                return new Scores(OptionalDouble.empty(), OptionalDouble.empty(), retrieval);
            }
            Features known = look.at(train.pixels(), train.count());
            int voters = Math.min(NEIGHBOURS, train.count());
            double knn = probe.nearest(originals, known, voters).majority(train.labels(), test.labels(), voters);
            OptionalDouble accuracy = linear
                    ? OptionalDouble.of(probe.linear(known, train.labels(), originals, test.labels())
                            .accuracy())
                    : OptionalDouble.empty();
            return new Scores(OptionalDouble.of(knn), accuracy, retrieval);
        }
    }
}
