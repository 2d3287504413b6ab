package io.streamclr.trainer.step;

import io.streamclr.trainer.loss.ContrastiveLoss;
import io.streamclr.trainer.loss.ContrastiveLoss.Evaluation;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains on one batch. A batch larger than a chunk goes through GradCache (Gao et al. 2021, arXiv:2101.06983): all
 * chunks are embedded without memory of it, the loss sees all embeddings at once, and each chunk is embedded again to
 * pull the gradient through it. Memory is bound by one chunk's activations; the gradient is that of the whole batch.
 *
 * <p>Batch normalisation sees one chunk at a time, the same in both passes. The two views of an image never share a
 * chunk when there are several, or one could be told from the other by the statistics they share. Running statistics
 * move once in a step, to where the mean of the chunks' statistics, weighted by their sizes, pulls them.
 */
public final class TrainingStep implements AutoCloseable {

    /** PyTorch's momentum of running statistics, a decay of 0.9. */
    public static final double STATISTICS_MOMENTUM = 0.1;

    private static final String METHODS = """
              def join(self, z: List[Tensor]) -> Tensor:
                return torch.cat(z)
              def cut(self, z: Tensor, bounds: Tensor) -> Tensor:
                return torch.narrow(z, 0, int(bounds[0]), int(bounds[1]))
              def add(self, sums: List[Tensor], more: List[Tensor]) -> Tensor:
                torch._foreach_add_(sums, more)
                return sums[0]
            """;

    /** @param from first row; @param rows how many */
    record Chunk(int from, int rows) {}

    private final Network network;
    private final ContrastiveLoss loss;
    private final Optimiser optimiser;
    private final int chunkViews;
    private final Scope scope;
    private final Script script;

    /** @param chunkViews how many views go through the network at once, 2 or more */
    public TrainingStep(Torch torch, Network network, ContrastiveLoss loss, Optimiser optimiser, int chunkViews) {
        if (chunkViews < 2) {
            throw new IllegalArgumentException(
                    "A chunk holds 2 views or more, because batch normalisation needs them, not " + chunkViews);
        }
        this.network = network;
        this.loss = loss;
        this.optimiser = optimiser;
        this.chunkViews = chunkViews;
        this.scope = torch.scope();
        this.script = torch.compile(METHODS);
    }

    /**
     * Trains on one batch, if its loss is finite; otherwise no weight moves.
     *
     * @param views direct, (2N, height, width, 3) unsigned bytes; rows i and N + i show the same image
     * @param images N numbers, equal for the same image
     * @param rate the learning rate
     * @param count how many steps this is, 1 for the first
     * @return the loss before the update, in nats
     */
    public double train(ByteBuffer views, int height, int width, int[] images, double rate, long count) {
        try (Scope step = scope.inner()) {
            Gradient gradient = gradient(step, views, height, width, images);
            if (Double.isFinite(gradient.loss())) {
                optimiser.update(step, gradient.gradients(), rate, count);
            }
            return gradient.loss();
        }
    }

    /** @param gradients one for each trained tensor of the network */
    record Gradient(double loss, List<Tensor> gradients) {}

    /** The batch's loss and gradient; moves running statistics once and no weight. */
    Gradient gradient(Scope step, ByteBuffer views, int height, int width, int[] images) {
        List<Chunk> chunks = chunks(images.length, chunkViews);
        int rowBytes = Math.multiplyExact(Math.multiplyExact(height, width), 3);
        if (chunks.size() == 1) {
            Tensor embeddings = network.embedForGradient(
                    step, rows(step, views, chunks.get(0), rowBytes, height, width), STATISTICS_MOMENTUM);
            Evaluation evaluation = loss.evaluate(step, embeddings, images);
            return new Gradient(evaluation.value(), network.pull(step, embeddings, evaluation.gradient()));
        }
        List<Tensor> embeddings = new ArrayList<>();
        int[] sizes = chunks.stream().mapToInt(Chunk::rows).toArray();
        double[] momenta = momenta(sizes, STATISTICS_MOMENTUM);
        for (int c = 0; c < chunks.size(); c++) {
            Tensor pixels = rows(step, views, chunks.get(c), rowBytes, height, width);
            embeddings.add(network.embed(step, pixels, momenta[c]));
        }
        Evaluation evaluation = loss.evaluate(step, script.one(step, "join", embeddings), images);
        List<Tensor> sums = List.of();
        for (Chunk chunk : chunks) {
            try (Scope pass = step.inner()) {
                Tensor pixels = rows(pass, views, chunk, rowBytes, height, width);
                Tensor again = network.embedForGradient(pass, pixels, 0);
                Tensor bounds = pass.longs(new int[] {chunk.from(), chunk.rows()}, 2);
                Tensor part = script.one(pass, "cut", evaluation.gradient(), bounds);
                if (sums.isEmpty()) {
                    sums = network.pull(step, again, part);
                } else {
                    script.one(pass, "add", sums, network.pull(pass, again, part));
                }
            }
        }
        return new Gradient(evaluation.value(), sums);
    }

    private static Tensor rows(Scope scope, ByteBuffer views, Chunk chunk, int rowBytes, int height, int width) {
        ByteBuffer part = views.duplicate();
        int from = views.position() + Math.multiplyExact(chunk.from(), rowBytes);
        part.limit(from + Math.multiplyExact(chunk.rows(), rowBytes)).position(from);
        return scope.bytes(part, chunk.rows(), height, width, 3);
    }

    /**
     * Cuts 2N views into chunks of at most {@code most}: one if all fit; otherwise first views and second views apart,
     * each into chunks whose sizes differ by 1 at most.
     */
    static List<Chunk> chunks(int pairs, int most) {
        if (2L * pairs <= most) {
            return List.of(new Chunk(0, 2 * pairs));
        }
        int parts = (pairs + most - 1) / most;
        List<Chunk> chunks = new ArrayList<>();
        for (int view = 0; view < 2; view++) {
            for (int part = 0; part < parts; part++) {
                int from = (int) ((long) pairs * part / parts);
                int to = (int) ((long) pairs * (part + 1) / parts);
                chunks.add(new Chunk(view * pairs + from, to - from));
            }
        }
        return chunks;
    }

    /**
     * The momentum of each chunk, such that one after the other they move running statistics as one update with
     * {@code momentum} and the weighted mean of the chunks' statistics would.
     */
    static double[] momenta(int[] sizes, double momentum) {
        double all = 0;
        for (int size : sizes) {
            all += size;
        }
        double[] momenta = new double[sizes.length];
        double left = 1;
        for (int c = sizes.length - 1; c >= 0; c--) {
            double share = momentum * sizes[c] / all;
            momenta[c] = share / left;
            left -= share;
        }
        return momenta;
    }

    @Override
    public void close() {
        scope.close();
        script.close();
    }
}
