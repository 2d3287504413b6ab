package io.streamclr.trainer.optimiser;

/** The update rules as their papers and references write them, number by number in 64 bits. */
final class PlainTwin {

    private final UpdateRule rule;
    private final double[][] weights;
    private final double[][] first;
    private final double[][] second;
    private final long[][] shapes;

    PlainTwin(UpdateRule rule, float[][] start, long[][] shapes) {
        this.rule = rule;
        this.shapes = shapes;
        this.weights = new double[start.length][];
        this.first = new double[start.length][];
        this.second = new double[start.length][];
        for (int i = 0; i < start.length; i++) {
            weights[i] = new double[start[i].length];
            first[i] = new double[start[i].length];
            second[i] = new double[start[i].length];
            for (int k = 0; k < start[i].length; k++) {
                weights[i][k] = start[i][k];
            }
        }
    }

    double[][] weights() {
        return weights;
    }

    void update(float[][] gradients, double rate, int step) {
        for (int i = 0; i < weights.length; i++) {
            boolean adapted = shapes[i].length == 2 || shapes[i].length == 4;
            double decay = adapted ? rule.weightDecay() : 0;
            double trust = adapted && rule instanceof UpdateRule.Lars lars ? trust(lars, i, gradients[i], decay) : 1;
            if (adapted && rule instanceof UpdateRule.Muon muon) {
                updateMatrix(muon, i, gradients[i], rate);
                continue;
            }
            for (int k = 0; k < weights[i].length; k++) {
                double g = gradients[i][k];
                double w = weights[i][k];
                if (rule instanceof UpdateRule.Lars lars) {
                    first[i][k] = lars.momentum() * first[i][k] + rate * trust * (g + decay * w);
                    weights[i][k] = w - first[i][k];
                } else if (rule instanceof UpdateRule.Sgd sgd) {
                    first[i][k] = sgd.momentum() * first[i][k] + g + decay * w;
                    double forth = sgd.nesterov() ? g + decay * w + sgd.momentum() * first[i][k] : first[i][k];
                    weights[i][k] = w - rate * forth;
                } else if (rule instanceof UpdateRule.Muon muon) {
                    adam(
                            new UpdateRule.AdamW(0, muon.momentum(), muon.beta2(), muon.epsilon()),
                            i,
                            k,
                            g,
                            0.15 * rate,
                            step);
                } else if (rule instanceof UpdateRule.AdamW adam) {
                    adam(adam, i, k, g, rate, step);
                    weights[i][k] -= rate * decay * w;
                }
            }
        }
    }

    private void adam(UpdateRule.AdamW adam, int i, int k, double g, double rate, int step) {
        first[i][k] = adam.beta1() * first[i][k] + (1 - adam.beta1()) * g;
        second[i][k] = adam.beta2() * second[i][k] + (1 - adam.beta2()) * g * g;
        double mean = first[i][k] / (1 - Math.pow(adam.beta1(), step));
        double square = second[i][k] / (1 - Math.pow(adam.beta2(), step));
        weights[i][k] -= rate * mean / (Math.sqrt(square) + adam.epsilon());
    }

    /** Muon's reference: lerp, lerp, five iterations of a X + (b A + c A A) X with A = X X', the scale of tall matrices. */
    private void updateMatrix(UpdateRule.Muon muon, int i, float[] gradient, double rate) {
        int rows = (int) shapes[i][0];
        int columns = gradient.length / rows;
        double[][] x = new double[rows][columns];
        double squares = 0;
        for (int k = 0; k < gradient.length; k++) {
            first[i][k] += (1 - muon.momentum()) * (gradient[k] - first[i][k]);
            double ahead = gradient[k] + muon.momentum() * (first[i][k] - gradient[k]);
            x[k / columns][k % columns] = ahead;
            squares += ahead * ahead;
        }
        for (double[] row : x) {
            for (int column = 0; column < columns; column++) {
                row[column] /= Math.sqrt(squares) + 1e-7;
            }
        }
        for (int iteration = 0; iteration < 5; iteration++) {
            double[][] a = times(x, transposed(x));
            double[][] aax = times(a, times(a, x));
            double[][] ax = times(a, x);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    x[row][column] = 3.4445 * x[row][column] - 4.7750 * ax[row][column] + 2.0315 * aax[row][column];
                }
            }
        }
        double length = Math.sqrt(Math.max(1, (double) rows / columns));
        for (int k = 0; k < gradient.length; k++) {
            weights[i][k] -= rate * (muon.weightDecay() * weights[i][k] + length * x[k / columns][k % columns]);
        }
    }

    private static double[][] times(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b[0].length];
        for (int row = 0; row < a.length; row++) {
            for (int column = 0; column < b[0].length; column++) {
                for (int k = 0; k < b.length; k++) {
                    product[row][column] += a[row][k] * b[k][column];
                }
            }
        }
        return product;
    }

    private static double[][] transposed(double[][] a) {
        double[][] turned = new double[a[0].length][a.length];
        for (int row = 0; row < a.length; row++) {
            for (int column = 0; column < a[0].length; column++) {
                turned[column][row] = a[row][column];
            }
        }
        return turned;
    }

    private double trust(UpdateRule.Lars lars, int i, float[] gradient, double decay) {
        double w = 0;
        double g = 0;
        for (int k = 0; k < gradient.length; k++) {
            w += weights[i][k] * weights[i][k];
            g += (gradient[k] + decay * weights[i][k]) * (gradient[k] + decay * weights[i][k]);
        }
        return w > 0 && g > 0 ? lars.eta() * Math.sqrt(w) / Math.sqrt(g) : 1;
    }
}
