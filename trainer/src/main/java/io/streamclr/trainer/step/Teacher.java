package io.streamclr.trainer.step;

import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.List;

/**
 * A copy of the network whose weights follow the network's slowly, and that the network is to agree with on replayed
 * images, so that it does not forget them (after CLA, Cignoni et al. 2025, arXiv:2507.10434). The alignment is the mean of
 * 1 minus the cosine over the replayed views, times its weight.
 */
public final class Teacher implements AutoCloseable {

    private static final String METHODS = """
              def follow(self, slow: List[Tensor], fast: List[Tensor], decay: Tensor) -> Tensor:
                torch._foreach_mul_(slow, float(decay))
                torch._foreach_add_(slow, fast, alpha=1 - float(decay))
                return slow[0]  # as slow[0]; nothing of it is used
              def align(self, z: Tensor, gradient: Tensor, taught: Tensor, bounds: Tensor, weight: Tensor) -> Tensor:
                rows = torch.narrow(z, 0, int(bounds[0]), int(bounds[1]))  # (R, D) from (2N, D)
                norm = torch.clamp_min(torch.norm(rows, 2, [1], True), 1e-12)  # (R, 1)
                u = torch.div(rows, norm)  # (R, D)
                v = torch.div(taught, torch.clamp_min(torch.norm(taught, 2, [1], True), 1e-12))  # (R, D)
                cosine = torch.sum(torch.mul(u, v), [1], True)  # (R, 1)
                share = float(weight) / int(bounds[2])
                own = torch.mul(torch.div(torch.sub(torch.mul(u, cosine), v), norm), share)  # (R, D)
                torch.narrow(gradient, 0, int(bounds[0]), int(bounds[1])).add_(own)  # (R, D)
                return torch.mul(torch.sum(torch.sub(1., cosine)), share)  # ()
            """;

    private final TeacherPlan plan;
    private final Network student;
    private final Network network;
    private final Script script;
    private final int chunkViews;

    /**
     * A teacher that begins as the student is.
     *
     * @param student is read after each step
     * @param chunkViews how many views go through the network at once
     */
    public Teacher(Torch torch, TeacherPlan plan, Network student, int chunkViews) {
        this.plan = plan;
        this.student = student;
        this.chunkViews = chunkViews;
        this.network = Network.of(torch, student.architecture(), student.values());
        this.script = torch.compile(METHODS);
    }

    /**
     * Adds the alignment's gradient to the loss's.
     *
     * @param pairs N of the batch, the last {@code replayed} of which are replayed
     * @param embeddings of the student, (2N, D)
     * @param gradient of the loss with respect to them, changed in place
     * @return the alignment, weighted
     */
    double align(Scope scope, Views views, int pairs, int replayed, Tensor embeddings, Tensor gradient) {
        double sum = 0;
        for (int view = 0; view < 2; view++) {
            int end = (view + 1) * pairs;
            for (int from = end - replayed; from < end; from += chunkViews) {
                Chunk chunk = new Chunk(from, Math.min(chunkViews, end - from));
                try (Scope pass = scope.inner()) {
                    Tensor taught = network.embed(pass, views.of(pass, chunk), 0);
                    Tensor bounds = pass.hostLongs(from, chunk.rows(), 2L * replayed);
                    Tensor weight = pass.hostDoubles(plan.weight());
                    sum += script.one(pass, "align", embeddings, gradient, taught, bounds, weight)
                            .number();
                }
            }
        }
        return sum;
    }

    /** Follows the student by one step. */
    void follow(Scope scope) {
        script.one(scope, "follow", network.trained(), student.trained(), scope.hostDoubles(plan.decay()));
    }

    /** A copy of its weights, one array for each trained tensor. */
    public List<float[]> values() {
        return ChunkedBackprop.floats(network.trained());
    }

    /** Goes on from weights that {@link #values} gave. */
    public void restore(Torch torch, List<float[]> values) {
        List<Tensor> weights = network.trained();
        if (values.size() != weights.size()) {
            throw new IllegalArgumentException(
                    "The teacher has " + weights.size() + " weights, and " + values.size() + " were saved");
        }
        try (Scope taking = torch.scope();
                ChunkedBackprop passes = new ChunkedBackprop(torch, network)) {
            passes.take(taking, weights, ChunkedBackprop.row(values));
        }
    }

    @Override
    public void close() {
        network.close();
        script.close();
    }
}
