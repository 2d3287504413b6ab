package io.streamclr.trainer.probe;

import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.List;
import java.util.Optional;

/**
 * How softmax regression on a matrix x bends, roughly: for each class a x'x / n + penalty, where a says how undecided the
 * classifier is (Böhning 1992 bounds it by 1/2). Features of natural images go together, so that the loss is a valley
 * a million times as steep across as along; divided by this it is nearly round, and a descent ends after a few steps.
 */
final class Curvature implements AutoCloseable {

    /** Wider products would take more memory than the features themselves, and more time than they save. */
    private static final int MOST_FEATURES = 4096;

    /** Where the product is rounded off, in parts of its trace; what is flatter counts as this steep. */
    private static final double ROUNDING = 1e-7;

    /** Of the product, which is symmetric, the upper triangle is computed, in strips of rows. */
    private static final String SCRIPT = """
              def product(self, x: Tensor) -> Tensor:
                width = x.shape[1]
                strip = (width + 7) // 8
                product = torch.zeros([width, width])  # (F, F)
                for i in range(8):
                  begin = min(i * strip, width)
                  end = min(begin + strip, width)
                  if begin < end:
                    part = torch.matmul(torch.t(torch.slice(x, 1, begin, end, 1)), torch.slice(x, 1, begin, width, 1))  # (S, F - begin) from (N, F)
                    part = torch.copy_(torch.slice(torch.slice(product, 0, begin, end, 1), 1, begin, width, 1), part)  # as it was
                return torch.div_(product, x.shape[0])  # (F, F)

              def root(self, product: Tensor, undecided: Tensor, penalty: Tensor, rounding: Tensor) -> List[Tensor]:
                bend = torch.mul(product, torch.to(undecided, torch.float32))  # (F, F)
                least = torch.add(penalty, torch.mul(torch.sum(torch.diag(bend)), rounding))  # (1)
                bend = torch.add(bend, torch.diag(torch.expand(torch.to(least, torch.float32), [bend.shape[0]])))  # (F, F)
                factor, wrong = torch.linalg_cholesky_ex(bend, upper=True)  # (F, F), ()
                root = torch.linalg_solve_triangular(factor, torch.diag(torch.ones_like(torch.diag(bend))), upper=True)  # (F, F)
                return [root, torch.to(wrong, torch.float64)]  # (F, F), ()

              def times(self, root: Tensor, w: Tensor, undecided: Tensor) -> Tensor:
                weights = torch.t(torch.slice(w, 0, 0, -1, 1))  # (C, F)
                weights = torch.t(torch.matmul(torch.matmul(weights, root), torch.t(root)))  # (F, C)
                biases = torch.div(torch.slice(w, 0, -1, w.shape[0], 1), torch.to(undecided, torch.float32))  # (1, C)
                return torch.cat([weights, biases], 0)  # (F + 1, C)
            """;

    private final Script script;

    Curvature(Torch torch) {
        this.script = torch.compile(SCRIPT);
    }

    /**
     * The product x'x / n.
     *
     * @param x (n, d) standardised features
     * @return (d, d), its upper triangle; empty where it would not help: with fewer rows than features it says nothing of
     *     most directions
     */
    Optional<Tensor> product(Scope scope, Tensor x) {
        long rows = x.shape()[0];
        long features = x.shape()[1];
        return features > MOST_FEATURES || rows < features
                ? Optional.empty()
                : Optional.of(script.one(scope, "product", x));
    }

    /**
     * The guess that this product gives for a penalty: the inverse is a triangle times its transpose.
     *
     * @param undecided mean slope of a class's probability by its logit, above 0
     * @param classes of the weights that are multiplied, (d + 1, classes) with the biases last
     * @return none where rounding leaves the product without an inverse
     */
    Lbfgs.Guess guess(Scope scope, Tensor product, double undecided, double penalty, int classes) {
        Tensor steepness = scope.doubles(new double[] {undecided});
        List<Tensor> root = script.call(
                scope, "root", product, steepness, scope.doubles(new double[] {penalty}), scope.doubles(new double[] {
                    ROUNDING
                }));
        if (root.get(1).number() != 0) {
            return Lbfgs.Guess.NONE;
        }
        return vector -> {
            try (Scope inner = scope.inner()) {
                float[] narrow = new float[vector.length];
                for (int i = 0; i < narrow.length; i++) {
                    narrow[i] = (float) vector[i];
                }
                Tensor w = inner.floats(narrow, narrow.length / classes, classes);
                List<Tensor> bent = script.call(inner, "times", root.get(0), w, steepness);
                float[] values = bent.get(0).floats();
                double[] wide = new double[values.length];
                for (int i = 0; i < wide.length; i++) {
                    wide[i] = values[i];
                }
                return wide;
            }
        };
    }

    @Override
    public void close() {
        script.close();
    }
}
