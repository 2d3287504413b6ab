package io.streamclr.trainer.probe;

import io.streamclr.schemas.identity.Seeds;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Softmax regression with an l2 penalty, fitted to its minimum. */
final class LinearProbe implements AutoCloseable {

    /** From strong to weak, each fit beginning where the one before ended. */
    private static final double[] PENALTIES = {1, 1e-1, 1e-2, 1e-3, 1e-4};

    /** Largest slope at which a fit has ended; accuracies no longer move there by more than a few images in ten thousand. */
    private static final double TOLERANCE = 1e-4;

    /** Reached only without a guess at the curvature; with one, some ten steps are enough. */
    private static final int MOST_STEPS = 100;

    /** Enough to distinguish good penalties from bad ones, since each fit goes on from the one before. */
    private static final int MOST_STEPS_TO_CHOOSE = 30;

    /** Of a classifier that knows everything, so that a slope never divides by 0. */
    private static final double LEAST_UNDECIDED = 1e-4;

    /** One row in as many is held out to choose the penalty. */
    private static final int HELD_OUT = 5;

    /** The narrow side of a product stands first: written the other way round, the gradient takes seven times as long. */
    private static final String SCRIPT = """
              def moments(self, x: Tensor) -> List[Tensor]:
                spread, mean = torch.std_mean(x, [0], False)  # (F), (F) from (N, F)
                return [mean, torch.clamp_min(spread, 1e-6)]  # (F), (F)

              def standardised(self, x: Tensor, mean: Tensor, spread: Tensor) -> Tensor:
                return torch.div_(torch.sub(x, mean), spread)  # (N, F)

              def rows(self, x: Tensor, which: Tensor) -> Tensor:
                return torch.index_select(x, 0, which)  # (M, F) from (N, F) and (M)

              def logits(self, x: Tensor, w: Tensor) -> Tensor:
                pulls = torch.t(torch.matmul(torch.t(torch.slice(w, 0, 0, -1, 1)), torch.t(x)))  # (N, C) from (F + 1, C) and (N, F)
                return torch.add(pulls, torch.select(w, 0, -1))  # (N, C)

              def loss(self, x: Tensor, y: Tensor, w: Tensor, penalty: Tensor) -> List[Tensor]:
                n = x.shape[0]
                logp = torch.log_softmax(self.logits(x, w), 1)  # (N, C)
                weights = torch.slice(w, 0, 0, -1, 1)  # (F, C)
                fit = torch.div(torch.sum(torch.mul(logp, y), dtype=torch.float64), -n)  # ()
                loss = torch.add(fit, torch.mul(torch.sum(torch.square(weights), dtype=torch.float64), torch.div(penalty, 2.0)))  # ()
                residual = torch.div(torch.sub(torch.exp(logp), y), n)  # (N, C)
                pulled = torch.add(torch.t(torch.matmul(torch.t(residual), x)), torch.mul(weights, torch.to(penalty, torch.float32)))  # (F, C)
                return [loss, torch.cat([pulled, torch.sum(residual, [0], True)], 0)]  # (), (F + 1, C)

              def undecided(self, x: Tensor, w: Tensor) -> Tensor:
                p = torch.softmax(self.logits(x, w), 1)  # (N, C)
                return torch.mean(torch.mul(p, torch.rsub(p, 1.0)), dtype=torch.float64)  # ()

              def classes(self, x: Tensor, w: Tensor) -> Tensor:
                return torch.argmax(self.logits(x, w), 1)  # (N)
            """;

    private final Torch torch;
    private final Script script;
    private final Curvature curvature;
    private final int classes;

    /** @param classes 1 or more; labels are 0 to classes - 1 */
    LinearProbe(Torch torch, int classes) {
        this.torch = torch;
        this.script = torch.compile(SCRIPT);
        this.curvature = new Curvature(torch);
        this.classes = classes;
    }

    /** @param seed says which training rows are held out */
    LinearScore score(Features train, int[] trainLabels, Features test, int[] testLabels, long seed) {
        try (Scope scope = torch.scope()) {
            Tensor raw = train.tensor(scope);
            List<Tensor> moments = script.call(scope, "moments", raw);
            Tensor x = script.one(scope, "standardised", raw, moments.get(0), moments.get(1));
            Optional<Tensor> product = curvature.product(scope, x);
            double[] w = new double[(train.dimension() + 1) * classes];
            double best = -1;
            double penalty = PENALTIES[0];
            int[] fitted = rows(train.rows(), seed, false);
            int[] heldOut = rows(train.rows(), seed, true);
            if (fitted.length > 0 && heldOut.length > 0) {
                try (Scope inner = scope.inner()) {
                    Tensor some = script.one(inner, "rows", x, inner.longs(fitted, fitted.length));
                    Tensor others = script.one(inner, "rows", x, inner.longs(heldOut, heldOut.length));
                    for (double candidate : PENALTIES) {
                        fit(
                                inner,
                                some,
                                product,
                                LabelDraw.pick(trainLabels, fitted),
                                candidate,
                                w,
                                TOLERANCE,
                                MOST_STEPS_TO_CHOOSE);
                        double accuracy = confusion(inner, others, LabelDraw.pick(trainLabels, heldOut), w)
                                .accuracy();
                        if (accuracy > best) {
                            best = accuracy;
                            penalty = candidate;
                        }
                    }
                }
            }
            fit(scope, x, product, trainLabels, penalty, w, TOLERANCE, MOST_STEPS);
            Tensor z = script.one(scope, "standardised", test.tensor(scope), moments.get(0), moments.get(1));
            return new LinearScore(confusion(scope, z, testLabels, w), penalty, best);
        }
    }

    /** Rows that are held out, or all others. */
    private static int[] rows(int count, long seed, boolean heldOut) {
        return IntStream.range(0, count)
                .filter(row -> (Math.floorMod(Seeds.of(seed, "held out", row), HELD_OUT) == 0) == heldOut)
                .toArray();
    }

    /**
     * Moves {@code w} to the minimum of the mean cross-entropy plus penalty / 2 times the squared weights; biases are
     * not penalised.
     *
     * @param x (n, d) standardised features
     * @param product of these or of more of such rows, as {@link Curvature#product} has it; empty to do without
     * @param w (d + 1, classes), row-major, the biases last; where to begin, changed in place
     * @param tolerance ends when no slope is larger
     * @param mostSteps ends after as many at the latest
     * @return the minimum
     */
    double fit(
            Scope scope,
            Tensor x,
            Optional<Tensor> product,
            int[] labels,
            double penalty,
            double[] w,
            double tolerance,
            int mostSteps) {
        try (Scope inner = scope.inner()) {
            Lbfgs.Guess guess =
                    product.map(each -> guess(inner, x, each, penalty, w)).orElse(Lbfgs.Guess.NONE);
            Tensor y = oneHot(inner, labels);
            Tensor strength = inner.doubles(new double[] {penalty});
            return Lbfgs.minimise(
                    (at, gradient) -> {
                        try (Scope step = inner.inner()) {
                            List<Tensor> answer = script.call(step, "loss", x, y, weights(step, at), strength);
                            float[] slopes = answer.get(1).floats();
                            for (int i = 0; i < slopes.length; i++) {
                                gradient[i] = slopes[i];
                            }
                            return answer.get(0).number();
                        }
                    },
                    guess,
                    w,
                    tolerance,
                    mostSteps);
        }
    }

    private Lbfgs.Guess guess(Scope scope, Tensor x, Tensor product, double penalty, double[] w) {
        double undecided =
                script.one(scope, "undecided", x, weights(scope, w)).number() * classes / Math.max(1, classes - 1);
        return curvature.guess(scope, product, Math.max(LEAST_UNDECIDED, undecided), penalty, classes);
    }

    private Confusion confusion(Scope scope, Tensor x, int[] labels, double[] w) {
        try (Scope inner = scope.inner()) {
            long[] predicted =
                    script.one(inner, "classes", x, weights(inner, w)).longs();
            return Confusion.of(
                    classes,
                    labels,
                    LongStream.of(predicted).mapToInt(Math::toIntExact).toArray());
        }
    }

    private Tensor weights(Scope scope, double[] w) {
        float[] narrow = new float[w.length];
        for (int i = 0; i < w.length; i++) {
            narrow[i] = (float) w[i];
        }
        return scope.floats(narrow, w.length / classes, classes);
    }

    private Tensor oneHot(Scope scope, int[] labels) {
        float[] y = new float[Math.multiplyExact(labels.length, classes)];
        for (int row = 0; row < labels.length; row++) {
            y[row * classes + labels[row]] = 1;
        }
        return scope.floats(y, labels.length, classes);
    }

    @Override
    public void close() {
        curvature.close();
        script.close();
    }
}
