package io.streamclr.trainer.optimiser;

/** The three update rules as their papers and references write them, number by number in 64 bits. */
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
                } else if (rule instanceof UpdateRule.AdamW adam) {
                    first[i][k] = adam.beta1() * first[i][k] + (1 - adam.beta1()) * g;
                    second[i][k] = adam.beta2() * second[i][k] + (1 - adam.beta2()) * g * g;
                    double mean = first[i][k] / (1 - Math.pow(adam.beta1(), step));
                    double square = second[i][k] / (1 - Math.pow(adam.beta2(), step));
                    weights[i][k] = w - rate * (mean / (Math.sqrt(square) + adam.epsilon()) + decay * w);
                }
            }
        }
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
