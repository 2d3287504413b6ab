package io.streamclr.trainer.step;

import static io.streamclr.trainer.step.StepParts.Part.BACKWARD;
import static io.streamclr.trainer.step.StepParts.Part.COPIES;
import static io.streamclr.trainer.step.StepParts.Part.FORWARD;
import static io.streamclr.trainer.step.StepParts.Part.SECOND_FORWARD;

import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.Network.Forward;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The two passes of a batch's chunks through the network of one device. The last chunks are remembered through both, so
 * that they go forward once only; memory is bound by the activations of so many chunks, at least one. How many they are
 * changes no bit: gradients are added up in one order.
 */
final class ChunkedBackprop implements AutoCloseable {

    /** PyTorch's momentum of running statistics, a decay of 0.9. */
    private static final double MOMENTUM = 0.1;

    private static final String METHODS = """
              def cut(self, z: Tensor, bounds: Tensor) -> Tensor:
                return torch.narrow(z, 0, int(bounds[0]), int(bounds[1]))  # (R, D) from (2N, D)
              def add(self, sums: List[Tensor], more: List[Tensor]) -> Tensor:
                torch._foreach_add_(sums, more)
                return sums[0]  # as sums[0]; nothing of it is used
              def row(self, tensors: List[Tensor]) -> Tensor:
                rows = annotate(List[Tensor], [])
                for t in tensors:
                  rows.append(torch.reshape(t, [-1]))  # (elements of t)
                return torch.cat(rows)  # (elements of all)
              def parted(self, row: Tensor, like: List[Tensor]) -> List[Tensor]:
                parts = annotate(List[Tensor], [])
                at = 0
                for t in like:
                  parts.append(torch.reshape(torch.narrow(row, 0, at, torch.numel(t)), torch.size(t)))  # as t
                  at += torch.numel(t)
                return parts
              def add_row(self, sums: List[Tensor], row: Tensor) -> Tensor:
                torch._foreach_add_(sums, self.parted(row, sums))
                return sums[0]  # as sums[0]; nothing of it is used
              def take_row(self, to: List[Tensor], row: Tensor) -> Tensor:
                torch._foreach_copy_(to, self.parted(row, to))
                return to[0]  # as to[0]; nothing of it is used
              def finite(self, tensors: List[Tensor]) -> Tensor:
                return torch.to(torch.all(torch.isfinite(torch.stack(torch._foreach_norm(tensors, 1)))), torch.float64)  # ()
            """;

    private final Network network;
    private final Script script;
    private int remembered = 1;
    private StepParts parts = StepParts.NONE;

    /** @param features of the chunks that are to show them, in their order */
    record Embedded(List<Tensor> embeddings, List<Tensor> features) {}

    ChunkedBackprop(Torch torch, Network network) {
        this.network = network;
        this.script = torch.compile(METHODS);
    }

    /** From the next step on. @param chunks that are remembered, 1 or more; all, if there are fewer */
    void remember(int chunks) {
        remembered = chunks;
    }

    /** From the next step on. */
    void measure(StepParts by) {
        parts = by;
    }

    /** How many of a device's chunks go forward twice; the first ones do. */
    int forwardTwice(List<Chunk> chunks) {
        return Math.max(0, chunks.size() - remembered);
    }

    /**
     * Embeds each chunk; moves running statistics once.
     *
     * @param showing places of the chunks whose features are wanted
     */
    Embedded embed(Scope scope, Views views, List<Chunk> chunks, Set<Integer> showing, StepProgress counted) {
        List<Tensor> embeddings = new ArrayList<>();
        List<Tensor> features = new ArrayList<>();
        double[] momenta = Chunk.momenta(chunks, MOMENTUM);
        for (int c = 0; c < chunks.size(); c++) {
            double momentum = momenta[c];
            boolean again = c < forwardTwice(chunks);
            try (Scope pass = scope.inner()) {
                Tensor shown = shown(again ? pass : scope, views, chunks.get(c));
                Forward both = parts.in(
                        FORWARD,
                        () -> again
                                ? network.forwardAll(scope, shown, momentum)
                                : network.forwardAllWithGraph(scope, shown, momentum));
                embeddings.add(both.embeddings());
                if (showing.contains(c)) {
                    features.add(both.features());
                }
            }
            counted.forward();
        }
        return new Embedded(embeddings, features);
    }

    /**
     * The gradient of the network's trained tensors over these chunks.
     *
     * @param embedded from {@link #embed}, whose memory is used up
     * @param gradient of the loss with respect to all embeddings of the batch, (2N, D)
     */
    List<Tensor> backward(
            Scope scope,
            Views views,
            List<Chunk> chunks,
            List<Tensor> embedded,
            Tensor gradient,
            StepProgress counted) {
        int last = chunks.size() - 1;
        List<Tensor> sums = parts.in(
                BACKWARD, () -> network.backward(scope, embedded.get(last), rows(scope, gradient, chunks.get(last))));
        counted.back();
        for (int c = 0; c < last; c++) {
            try (Scope pass = scope.inner()) {
                Chunk chunk = chunks.get(c);
                Tensor graph = c < forwardTwice(chunks) ? again(pass, views, chunk, counted) : embedded.get(c);
                parts.in(BACKWARD, () -> add(pass, sums, network.backward(pass, graph, rows(pass, gradient, chunk))));
            }
            counted.back();
        }
        return sums;
    }

    private Tensor shown(Scope scope, Views views, Chunk chunk) {
        return parts.in(COPIES, () -> views.of(scope, chunk));
    }

    private Tensor again(Scope pass, Views views, Chunk chunk, StepProgress counted) {
        Tensor shown = shown(pass, views, chunk);
        Tensor graph = parts.in(SECOND_FORWARD, () -> network.forwardWithGraph(pass, shown, 0));
        counted.forward();
        return graph;
    }

    private Tensor rows(Scope scope, Tensor gradient, Chunk chunk) {
        return script.one(scope, "cut", gradient, scope.hostLongs(chunk.from(), chunk.rows()));
    }

    /** Adds each tensor to that at its place, in place. @return the sums */
    private List<Tensor> add(Scope scope, List<Tensor> sums, List<Tensor> more) {
        script.one(scope, "add", sums, more);
        return sums;
    }

    /** Whether every element is finite, and so are their sums. */
    boolean areFinite(Scope scope, List<Tensor> tensors) {
        return script.one(scope, "finite", tensors).number() == 1;
    }

    /**
     * The numbers of all tensors, one after the other, so that one copy to the host's memory does for all.
     */
    float[] row(Scope scope, List<Tensor> tensors) {
        return tensors.isEmpty()
                ? new float[0]
                : script.one(scope, "row", tensors).floats();
    }

    /** The same of numbers that are in the host's memory, an array for each tensor. */
    static float[] row(List<float[]> values) {
        FloatBuffer row = FloatBuffer.allocate(
                values.stream().mapToInt(each -> each.length).sum());
        values.forEach(row::put);
        return row.array();
    }

    /** Adds numbers of a row to tensors of the same shapes, in place. @return the sums */
    List<Tensor> add(Scope scope, List<Tensor> sums, float[] row) {
        script.one(scope, "add_row", sums, scope.floats(row, row.length));
        return sums;
    }

    /** Puts numbers of a row into tensors of the same shapes, in place. @return the tensors */
    List<Tensor> take(Scope scope, List<Tensor> to, float[] row) {
        if (!to.isEmpty()) {
            script.one(scope, "take_row", to, scope.floats(row, row.length));
        }
        return to;
    }

    static List<float[]> floats(List<Tensor> tensors) {
        return tensors.stream().map(Tensor::floats).toList();
    }

    @Override
    public void close() {
        script.close();
    }
}
