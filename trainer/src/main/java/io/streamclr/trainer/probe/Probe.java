package io.streamclr.trainer.probe;

import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.Arrays;
import java.util.List;

/**
 * Measures features. Results are the same to the bit for the same features and number of threads. Used by one thread at
 * a time, as the engine that it runs on.
 */
public final class Probe implements AutoCloseable {

    /** Cosines that are held at once, 64 MiB of them. */
    private static final int TILE = 1 << 24;

    private static final String SCRIPT = """
              def normalised(self, x: Tensor) -> Tensor:
                return torch.div(x, torch.clamp_min(torch.norm(x, 2, [1], True), 1e-12))  # (N, D) from (N, D)

              def cosines(self, queries: Tensor, database: Tensor) -> Tensor:
                return torch.matmul(queries, torch.t(database))  # (Q, N) from (Q, D) and (N, D)

              def nearest(self, cosines: Tensor, k: Tensor) -> List[Tensor]:
                values, indices = torch.topk(cosines, int(k), 1, True, True)  # (Q, k), (Q, k)
                return [values, indices]

              def row(self, cosines: Tensor, row: Tensor) -> Tensor:
                return torch.select(cosines, 0, int(row))  # (N)

              def singular(self, x: Tensor) -> Tensor:
                wide = torch.to(x, torch.float64)  # (N, D)
                if int(torch.size(wide, 0)) < int(torch.size(wide, 1)):
                  wide = torch.t(wide)  # (D, N)
                gram = torch.matmul(torch.t(wide), wide)  # (M, M), M the less of N and D
                if not bool(torch.all(torch.isfinite(gram))):
                  return torch.diag(gram)  # (M)
                values = torch.linalg_eigvalsh(gram)  # (M)
                return torch.sqrt(torch.clamp_min(values, 0.0))  # (M)

              def apart(self, first: Tensor, second: Tensor) -> Tensor:
                return torch.sum(torch.to(torch.square(torch.sub(first, second)), torch.float64))  # () from (N, D) and (N, D)

              def potential(self, some: Tensor, all: Tensor) -> Tensor:
                cosines = torch.matmul(some, torch.t(all))  # (S, N) from (S, D) and (N, D)
                return torch.sum(torch.exp(torch.sub(torch.mul(cosines, 4.0), 4.0)), dtype=torch.float64)  # ()
            """;

    private final Torch torch;
    private final Script script;

    private Probe(Torch torch) {
        this.torch = torch;
        this.script = torch.compile(SCRIPT);
    }

    /** A probe on this engine, which stays open when the probe is closed. */
    public static Probe on(Torch torch) {
        return new Probe(torch);
    }

    /**
     * The {@code k} nearest database rows of each query. Holds at most 64 MiB of cosines, or those of one query, at
     * once.
     *
     * @param k 1 to the rows of the database
     * @throws IllegalArgumentException if the dimensions differ or {@code k} is out of range
     */
    public Neighbours nearest(Features queries, Features database, int k) {
        return nearestAlike(queries.like(database), database.like(queries), k);
    }

    private Neighbours nearestAlike(Features queries, Features database, int k) {
        if (queries.dimension() != database.dimension() || k < 1 || k > database.rows()) {
            throw new IllegalArgumentException(k + " neighbours of " + queries + " cannot be found in " + database);
        }
        int[] indices = new int[Math.multiplyExact(queries.rows(), k)];
        float[] cosines = new float[indices.length];
        int tile = Math.max(1, TILE / database.rows());
        try (Scope scope = torch.scope()) {
            Tensor all = script.one(scope, "normalised", database.tensor(scope));
            for (int from = 0; from < queries.rows(); from += tile) {
                int to = Math.min(queries.rows(), from + tile);
                try (Scope inner = scope.inner()) {
                    Tensor some = script.one(inner, "normalised", queries.tensor(inner, from, to));
                    nearest(inner, script.one(inner, "cosines", some, all), from, k, indices, cosines);
                }
            }
        }
        return new Neighbours(k, indices, cosines);
    }

    /** Fills in the neighbours of the queries of one tile, whose first query is number {@code first}. */
    private void nearest(Scope scope, Tensor tile, int first, int k, int[] indices, float[] cosines) {
        int rows = (int) tile.shape()[0];
        int columns = (int) tile.shape()[1];
        // One more than asked for shows whether the last place is shared.
        int wanted = Math.min(k + 1, columns);
        List<Tensor> found = script.call(scope, "nearest", tile, scope.hostLongs(wanted));
        float[] values = found.get(0).floats();
        long[] places = found.get(1).longs();
        for (int row = 0; row < rows; row++) {
            boolean shared = wanted > k && values[row * wanted + k - 1] == values[row * wanted + k];
            Ranking ranking = shared
                    ? Ranking.ofAll(
                            script.one(scope, "row", tile, scope.hostLongs(row)).floats())
                    : Ranking.of(values, places, row * wanted, k);
            ranking.first(k, indices, cosines, (first + row) * k);
        }
    }

    /** As {@link #linear(Features, int[], Features, int[], long)}, with rows held out that are the same at all times. */
    public LinearScore linear(Features train, int[] trainLabels, Features test, int[] testLabels) {
        return linear(train, trainLabels, test, testLabels, 0);
    }

    /**
     * Accuracy of a linear classifier on these features: softmax regression on standardised features, its l2 penalty
     * chosen on a fifth of the training rows that is held out, then fitted to all of them.
     *
     * <p>Nothing about the test rows enters the choice or the fit.
     *
     * @param trainLabels class of each training row, 0 or more
     * @param testLabels class of each test row
     * @param seed says which training rows are held out
     */
    public LinearScore linear(Features train, int[] trainLabels, Features test, int[] testLabels, long seed) {
        Features known = train.like(test);
        Features asked = test.like(train);
        if (known.dimension() != asked.dimension()
                || trainLabels.length != train.rows()
                || testLabels.length != test.rows()) {
            throw new IllegalArgumentException(
                    trainLabels.length + " and " + testLabels.length + " labels do not fit " + train + " and " + test);
        }
        int classes = Math.max(
                        Arrays.stream(trainLabels).max().orElseThrow(),
                        Arrays.stream(testLabels).max().orElseThrow())
                + 1;
        try (LinearProbe linear = new LinearProbe(torch, classes)) {
            return linear.score(known, trainLabels, asked, testLabels, seed);
        }
    }

    /**
     * How many directions the features really use: exp of the entropy of the normalised singular values (Garrido et al.
     * 2023, arXiv:2210.02885, equation 1, without its epsilon).
     *
     * @return 1 when all rows are parallel, up to the smaller of rows and dimension; 0 if all features are zero, NaN if
     *     one is not finite
     */
    public double effectiveRank(Features features) {
        double[] singular;
        try (Scope scope = torch.scope()) {
            singular = script.one(scope, "singular", features.tensor(scope)).doubles();
        }
        double sum = Arrays.stream(singular).sum();
        if (!Double.isFinite(sum)) {
            return Double.NaN;
        }
        if (sum == 0) {
            return 0;
        }
        double entropy = 0;
        for (double value : singular) {
            double share = value / sum;
            entropy -= share == 0 ? 0 : share * Math.log(share);
        }
        return Math.exp(entropy);
    }

    /**
     * How far apart two views of an image lie on the unit sphere: mean squared distance of equal rows (Wang and Isola
     * 2020, arXiv:2005.10242, alpha 2).
     *
     * @return in [0, 4]; lower is better, 0 also when everything has collapsed
     */
    public double alignment(Features first, Features second) {
        if (first.rows() != second.rows() || first.dimension() != second.dimension()) {
            throw new IllegalArgumentException(first + " and " + second + " are not views of the same images");
        }
        try (Scope scope = torch.scope()) {
            Tensor one = script.one(scope, "normalised", first.tensor(scope));
            Tensor other = script.one(scope, "normalised", second.tensor(scope));
            return script.one(scope, "apart", one, other).number() / first.rows();
        }
    }

    /**
     * How evenly the features cover the unit sphere: log of the mean of exp(-2 d^2) over all pairs of different rows
     * (Wang and Isola 2020, arXiv:2005.10242, t 2).
     *
     * @param features 2 rows or more
     * @return in [-8, 0]; lower is better, 0 when everything has collapsed
     */
    public double uniformity(Features features) {
        int rows = features.rows();
        if (rows < 2) {
            throw new IllegalArgumentException("Uniformity is computed from pairs of rows, and there is one row");
        }
        double sum = 0;
        int tile = Math.max(1, TILE / rows);
        try (Scope scope = torch.scope()) {
            Tensor all = script.one(scope, "normalised", features.tensor(scope));
            for (int from = 0; from < rows; from += tile) {
                try (Scope inner = scope.inner()) {
                    int to = Math.min(rows, from + tile);
                    Tensor some = script.one(inner, "normalised", features.tensor(inner, from, to));
                    sum += script.one(inner, "potential", some, all).number();
                }
            }
        }
        // Each row stands at distance 0 from itself and is no pair.
        return Math.log((sum - rows) / ((double) rows * (rows - 1)));
    }

    /**
     * How many pairs of rows are how alike, for a histogram.
     *
     * @param first one view of each image
     * @param second another view of each image, in the same order
     * @param bins number of bins of equal width between cosines of -1 and 1
     * @return two counts for each bin: of pairs of equal rows, which show one image, and of all other pairs
     */
    public int[][] cosineCounts(Features first, Features second, int bins) {
        if (first.rows() != second.rows() || first.dimension() != second.dimension()) {
            throw new IllegalArgumentException(first + " and " + second + " are not views of the same images");
        }
        int rows = first.rows();
        float[] cosines;
        try (Scope scope = torch.scope()) {
            Tensor one = script.one(scope, "normalised", first.tensor(scope));
            Tensor other = script.one(scope, "normalised", second.tensor(scope));
            cosines = script.one(scope, "cosines", one, other).floats();
        }
        int[][] counts = new int[2][bins];
        for (int i = 0; i < cosines.length; i++) {
            int bin = (int) ((cosines[i] + 1) / 2 * bins);
            counts[i / rows == i % rows ? 0 : 1][Math.max(0, Math.min(bins - 1, bin))]++;
        }
        return counts;
    }

    @Override
    public void close() {
        script.close();
    }
}
