package io.streamclr.trainer.health;

import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.probe.Embedder;
import io.streamclr.trainer.probe.Features;
import io.streamclr.trainer.probe.LabelDraw;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.probe.Probe;
import io.streamclr.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tells by kNN on labelled images how well a network does while it trains. It works on a copy of the weights, some
 * images at a time, so that no step waits long for it. Weights and running statistics of the network stay as they are,
 * to the bit. For one thread, as the engine that it runs on.
 */
public final class HeldOutProbe implements AutoCloseable {

    /** Of a network's forward pass alone; a small part of what a step takes. */
    private static final int AT_ONCE = 128;

    /** One image in as many is asked about, the others are its neighbours. */
    private static final int ASKED = 5;

    private static final int NEIGHBOURS = 20;

    private final Torch torch;
    private final Network network;
    private final LabelledImages images;
    private final int known;
    private final Probe probe;
    private final List<Features> embedded = new ArrayList<>();
    private final Network copy;
    private boolean atWork;
    private long step;
    private int next;

    /**
     * What the weights behind a step are worth.
     *
     * @param accuracy of kNN (k=20, one vote each), in [0, 1]
     */
    public record Answer(long step, double accuracy) {}

    /**
     * A fifth of the images is classified by its neighbours among the others.
     *
     * @param torch stays open when the probe is closed, as the network does
     * @param network whose values are copied whenever a probe begins
     * @param images 5 or more
     */
    public HeldOutProbe(Torch torch, Network network, LabelledImages images) {
        if (images.count() < ASKED) {
            throw new IllegalArgumentException(images.count() + " images are too few to ask some about others");
        }
        int[] neighbours = IntStream.range(0, images.count())
                .filter(row -> row % ASKED != 0)
                .toArray();
        int[] asked = IntStream.range(0, images.count())
                .filter(row -> row % ASKED == 0)
                .toArray();
        this.torch = torch;
        this.network = network;
        this.copy = Network.of(torch, network.architecture(), network.values());
        this.images = images.rows(
                IntStream.concat(IntStream.of(neighbours), IntStream.of(asked)).toArray());
        this.known = neighbours.length;
        this.probe = Probe.on(torch);
    }

    /** Whether an answer is on its way. */
    public boolean atWork() {
        return atWork;
    }

    /** Begins with the weights that the network has now. @param behind the step that it was trained to */
    public void begin(long behind) {
        if (atWork) {
            throw new IllegalStateException("The answer for step " + step + " is still on its way");
        }
        copy.become(network);
        atWork = true;
        step = behind;
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
        int[] neighbours = IntStream.range(0, known).toArray();
        int[] asked = IntStream.range(known, images.count()).toArray();
        int voters = Math.min(NEIGHBOURS, known);
        double accuracy = probe.nearest(all.rows(asked), all.rows(neighbours), voters)
                .majority(LabelDraw.pick(images.labels(), neighbours), LabelDraw.pick(images.labels(), asked), voters);
        return new Answer(step, accuracy);
    }

    @Override
    public void close() {
        copy.close();
        probe.close();
    }
}
