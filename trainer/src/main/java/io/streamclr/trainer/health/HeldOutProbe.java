package io.streamclr.trainer.health;

import io.streamclr.trainer.encoder.Embedder;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.probe.Probe;
import io.streamclr.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures by kNN on labelled images how well a network does while it trains. It works on a copy of the weights, some
 * images at a time, so that no step waits long for it. Weights and running statistics of the network stay as they are,
 * to the bit. For one thread, as the engine that it runs on.
 */
public final class HeldOutProbe implements AutoCloseable {

    /** Of a network's forward pass alone; a small part of what a step takes. */
    private static final int AT_ONCE = 128;

    private static final int NEIGHBOURS = 20;

    private final Torch torch;
    private final Network network;
    private final LabelledImages images;
    private final Slices slices;
    private final Probe probe;
    private final List<Features> embedded = new ArrayList<>();
    private final Network copy;
    private boolean atWork;
    private long step;
    private int next;

    /**
     * What the weights after a step are worth.
     *
     * @param accuracy of kNN (k=20, one vote each), in [0, 1]
     * @param slices the same of parts of the images, which together are all of them; the same parts in every answer
     */
    public record Answer(long step, double accuracy, List<Slice> slices) {

        public Answer {
            slices = List.copyOf(slices);
        }
    }

    /**
     * Each image is classified by its neighbours among the others.
     *
     * @param torch stays open when the probe is closed, as the network does
     * @param network whose values are copied whenever a probe begins
     * @param images 2 or more
     */
    public HeldOutProbe(Torch torch, Network network, LabelledImages images) {
        if (images.count() < 2) {
            throw new IllegalArgumentException("One image has no others that could classify it");
        }
        this.torch = torch;
        this.network = network;
        this.copy = Network.of(torch, network.architecture(), network.values());
        this.images = images;
        this.slices = Slices.of(images.labels(), images.classNames());
        this.probe = Probe.on(torch);
    }

    /** Whether an answer is on its way. */
    public boolean atWork() {
        return atWork;
    }

    /** Begins with the weights that the network has now. @param trainedTo the step that it was trained to */
    public void begin(long trainedTo) {
        if (atWork) {
            throw new IllegalStateException("The answer for step " + step + " is still on its way");
        }
        copy.become(network);
        atWork = true;
        step = trainedTo;
        next = 0;
    }

    /** Embeds some more images; when all are, gives the answer. Without effect while nothing is at work. */
    public Optional<Answer> advance() {
        if (!atWork) {
            return Optional.empty();
        }
        int to = Math.min(images.count(), next + AT_ONCE);
        try (Embedder embedder = Embedder.of(torch, copy::encode)) {
            embedded.add(embedder.embed(images.pixels(next, to), to - next, images.height(), images.width()));
        }
        next = to;
        return next < images.count() ? Optional.empty() : Optional.of(answer());
    }

    private Answer answer() {
        Features all = Features.joined(embedded);
        embedded.clear();
        atWork = false;
        int voters = Math.min(NEIGHBOURS, images.count() - 1);
        int[] elected = probe.nearest(all, all, voters + 1).others().elected(images.labels(), voters);
        List<Slice> found = slices.of(images.labels(), elected);
        int right = found.stream().mapToInt(Slice::right).sum();
        return new Answer(step, (double) right / images.count(), found);
    }

    @Override
    public void close() {
        copy.close();
        probe.close();
    }
}
