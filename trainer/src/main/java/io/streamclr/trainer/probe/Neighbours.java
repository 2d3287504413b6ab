package io.streamclr.trainer.probe;

import java.util.Arrays;

/**
 * For each query the nearest rows of a database, by cosine, nearest first; of equally near rows the one with the lower
 * index first.
 */
public final class Neighbours {

    private final int k;
    private final int[] indices;
    private final float[] cosines;

    /**
     * @param k neighbours of each query
     * @param indices k for each query, owned
     * @param cosines of {@code indices}, owned
     */
    Neighbours(int k, int[] indices, float[] cosines) {
        this.k = k;
        this.indices = indices;
        this.cosines = cosines;
    }

    /** Number of queries. */
    public int queries() {
        return indices.length / k;
    }

    /** Neighbours that were found for each query. */
    public int k() {
        return k;
    }

    /** The database row that is neighbour {@code rank} of a query, 0 for the nearest. */
    public int index(int query, int rank) {
        return indices[query * k + rank];
    }

    /** The cosine between a query and its neighbour {@code rank}, in [-1, 1] up to rounding. */
    public float cosine(int query, int rank) {
        return cosines[query * k + rank];
    }

    /**
     * The same without the database row of the query's own number, for queries that are the database.
     *
     * @return one neighbour less of each query
     */
    public Neighbours others() {
        int left = k - 1;
        int[] otherIndices = new int[queries() * left];
        float[] otherCosines = new float[otherIndices.length];
        for (int query = 0; query < queries(); query++) {
            int to = query * left;
            for (int rank = 0; rank < k && to < (query + 1) * left; rank++) {
                if (index(query, rank) != query) {
                    otherIndices[to] = index(query, rank);
                    otherCosines[to++] = cosine(query, rank);
                }
            }
        }
        return new Neighbours(left, otherIndices, otherCosines);
    }

    /**
     * The class that the nearest {@code voters} neighbours of each query elect, each with one vote. Among the classes with
     * most votes, the one with the nearest neighbour wins.
     *
     * @param databaseLabels class of each database row, 0 or more
     * @param voters 1 to {@link #k}
     */
    public int[] elected(int[] databaseLabels, int voters) {
        return elected(databaseLabels, voters, (query, rank) -> 1);
    }

    /**
     * Share of queries whose class the nearest {@code voters} neighbours elect, each with one vote. Among the classes
     * with most votes, the one with the nearest neighbour wins.
     *
     * @param databaseLabels class of each database row, 0 or more
     * @param queryLabels class of each query
     * @param voters 1 to {@link #k}
     * @return accuracy in [0, 1]
     */
    public double majority(int[] databaseLabels, int[] queryLabels, int voters) {
        return accuracy(databaseLabels, queryLabels, voters, (query, rank) -> 1);
    }

    /**
     * As {@link #majority}, with a vote of weight exp(cosine / temperature) (Wu et al. 2018, arXiv:1805.01978, section
     * 3.4); 200 voters at temperature 0.1 are usual.
     *
     * @param temperature above 0
     */
    public double weighted(int[] databaseLabels, int[] queryLabels, int voters, double temperature) {
        return accuracy(
                databaseLabels,
                queryLabels,
                voters,
                (query, rank) -> Math.exp((cosine(query, rank) - cosine(query, 0)) / temperature));
    }

    /** The weight of a neighbour's vote. */
    private interface Vote {
        double weight(int query, int rank);
    }

    private double accuracy(int[] databaseLabels, int[] queryLabels, int voters, Vote vote) {
        if (queryLabels.length != queries()) {
            throw new IllegalArgumentException(queryLabels.length + " labels do not fit " + queries() + " queries");
        }
        int[] elected = elected(databaseLabels, voters, vote);
        int right = 0;
        for (int query = 0; query < queries(); query++) {
            right += elected[query] == queryLabels[query] ? 1 : 0;
        }
        return (double) right / queries();
    }

    private int[] elected(int[] databaseLabels, int voters, Vote vote) {
        if (voters < 1 || voters > k) {
            throw new IllegalArgumentException(voters + " voters do not fit " + k + " neighbours");
        }
        int classes = Arrays.stream(databaseLabels).max().orElseThrow() + 1;
        int[] elected = new int[queries()];
        for (int query = 0; query < queries(); query++) {
            double[] votes = new double[classes];
            for (int rank = 0; rank < voters; rank++) {
                votes[databaseLabels[index(query, rank)]] += vote.weight(query, rank);
            }
            elected[query] = elected(query, voters, votes, databaseLabels);
        }
        return elected;
    }

    private int elected(int query, int voters, double[] votes, int[] databaseLabels) {
        double most = Arrays.stream(votes).max().orElseThrow();
        for (int rank = 0; rank < voters; rank++) {
            int label = databaseLabels[index(query, rank)];
            if (votes[label] == most) {
                return label;
            }
        }
        throw new IllegalStateException("The class with most votes has a voter");
    }

    /**
     * Share of queries whose nearest database row is the row of the same index: how often a view finds its own image.
     *
     * @return in [0, 1]; 1 / rows when all features are alike
     */
    public double ownFirst() {
        int found = 0;
        for (int query = 0; query < queries(); query++) {
            if (index(query, 0) == query) {
                found++;
            }
        }
        return (double) found / queries();
    }
}
