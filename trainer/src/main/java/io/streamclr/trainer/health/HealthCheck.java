package io.streamclr.trainer.health;

import io.streamclr.trainer.encoder.Embedder;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.probe.Probe;
import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Measures a network in training. Weights and running statistics stay as they are, to the bit. */
public final class HealthCheck implements AutoCloseable {

    /** Ranks and distances are steady from about this many images on, and cost no more than a step. */
    private static final int MOST_PAIRS = 256;

    private final Probe probe;
    private final Embedder features;
    private final Embedder embeddings;

    /** The network and the engine stay open when the check is closed. */
    public HealthCheck(Torch torch, Network network) {
        probe = Probe.on(torch);
        // Whitened, features use all directions whatever the network does.
        features = Embedder.of(torch, network::encodeRaw);
        embeddings = Embedder.of(torch, (scope, images) -> network.embed(scope, images, 0));
    }

    /**
     * Measures the network on a batch, or on the first 256 pairs of a larger one: features with running statistics, before
     * they are whitened, embeddings with the batch's own statistics, as the loss sees them.
     *
     * @param views 2N rows of (height, width, 3) unsigned bytes; rows i and N + i show the same image; N at least 2
     */
    public Health measure(ByteRows views, int height, int width) {
        int pairs = views.rows() / 2;
        int some = Math.min(pairs, MOST_PAIRS);
        ByteBuffer first = views.together(0, some);
        ByteBuffer second = views.together(pairs, some);
        Features one = embeddings.embed(first, some, height, width);
        Features other = embeddings.embed(second, some, height, width);
        return new Health(
                probe.effectiveRank(features.embed(first.rewind(), some, height, width)),
                probe.effectiveRank(one),
                probe.alignment(one, other),
                probe.uniformity(one),
                similarities(one, other));
    }

    private Similarities similarities(Features one, Features other) {
        int[][] counts = probe.cosineCounts(one, other, Similarities.BINS);
        return new Similarities(
                Arrays.stream(counts[0]).boxed().toList(),
                Arrays.stream(counts[1]).boxed().toList());
    }

    /** Features of the first views of a batch as {@link #measure} takes it, of 256 at most. */
    public Features features(ByteRows views, int height, int width) {
        int some = Math.min(views.rows() / 2, MOST_PAIRS);
        return features.embed(views.together(0, some), some, height, width);
    }

    @Override
    public void close() {
        features.close();
        embeddings.close();
        probe.close();
    }
}
