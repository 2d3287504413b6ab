package io.streamclr.trainer.probe;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Minimises a smooth convex function by L-BFGS (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 7.5) with
 * a step that is halved until the function falls enough. Deterministic.
 */
final class Lbfgs {

    private static final int MEMORY = 10;
    private static final double ENOUGH = 1e-4;
    private static final int MOST_HALVINGS = 20;

    /** A function to minimise. */
    interface Function {

        /** Its value at {@code x}, and its gradient into {@code gradient}. */
        double at(double[] x, double[] gradient);
    }

    /** A first guess at the inverse of the second derivative, by which the descent is bent before it has learned any. */
    interface Guess {

        /** Nothing is known: all directions are as good. */
        Guess NONE = double[]::clone;

        /** The guess times a vector, in a new array; linear, symmetric and positive. */
        double[] times(double[] vector);
    }

    /**
     * What one step taught of the curvature.
     *
     * @param scale 1 / (step . change)
     * @param size by which the guess is to be multiplied, for it to be right in the direction of this step
     */
    private record Pair(double[] step, double[] change, double scale, double size) {}

    private Lbfgs() {}

    /** As {@link #minimise(Function, Guess, double[], double, int)}, without a guess. */
    static double minimise(Function function, double[] x, double tolerance, int mostSteps) {
        return minimise(function, Guess.NONE, x, tolerance, mostSteps);
    }

    /**
     * Moves {@code x} to the minimum.
     *
     * @param guess the better it is, the fewer steps are needed; the minimum does not depend on it
     * @param x where to begin; changed in place
     * @param tolerance ends when no entry of the gradient is larger
     * @param mostSteps ends after as many at the latest
     * @return the value reached
     */
    static double minimise(Function function, Guess guess, double[] x, double tolerance, int mostSteps) {
        double[] gradient = new double[x.length];
        double value = function.at(x, gradient);
        Deque<Pair> pairs = new ArrayDeque<>();
        for (int steps = 0; steps < mostSteps && largest(gradient) > tolerance; steps++) {
            double[] direction = direction(gradient, pairs, guess);
            double slope = dot(direction, gradient);
            double length = pairs.isEmpty() && guess == Guess.NONE ? 1 / Math.sqrt(dot(gradient, gradient)) : 1;
            double[] next = new double[x.length];
            double[] nextGradient = new double[x.length];
            double nextValue = Double.POSITIVE_INFINITY;
            for (int halvings = 0; halvings < MOST_HALVINGS; halvings++) {
                for (int i = 0; i < x.length; i++) {
                    next[i] = x[i] + length * direction[i];
                }
                nextValue = function.at(next, nextGradient);
                if (nextValue <= value + ENOUGH * length * slope) {
                    break;
                }
                length /= 2;
            }
            if (!(nextValue < value)) {
                return value; // rounding hides any further fall
            }
            remember(pairs, guess, x, next, gradient, nextGradient);
            System.arraycopy(next, 0, x, 0, x.length);
            gradient = nextGradient;
            value = nextValue;
        }
        return value;
    }

    private static void remember(
            Deque<Pair> pairs, Guess guess, double[] x, double[] next, double[] gradient, double[] nextGradient) {
        double[] step = new double[x.length];
        double[] change = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            step[i] = next[i] - x[i];
            change[i] = nextGradient[i] - gradient[i];
        }
        double curvature = dot(step, change);
        if (curvature > 1e-12 * dot(change, change)) {
            if (pairs.size() == MEMORY) {
                pairs.removeFirst();
            }
            pairs.addLast(new Pair(step, change, 1 / curvature, curvature / dot(change, guess.times(change))));
        }
    }

    /** Downhill, as the remembered curvature bends it. */
    private static double[] direction(double[] gradient, Deque<Pair> pairs, Guess guess) {
        double[] q = gradient.clone();
        double[] alpha = new double[pairs.size()];
        int i = pairs.size();
        for (Iterator<Pair> newestFirst = pairs.descendingIterator(); newestFirst.hasNext(); ) {
            Pair pair = newestFirst.next();
            alpha[--i] = pair.scale() * dot(pair.step(), q);
            add(q, -alpha[i], pair.change());
        }
        q = guess.times(q);
        if (!pairs.isEmpty()) {
            double size = pairs.getLast().size();
            for (int j = 0; j < q.length; j++) {
                q[j] *= size;
            }
        }
        for (Pair pair : pairs) {
            double beta = pair.scale() * dot(pair.change(), q);
            add(q, alpha[i++] - beta, pair.step());
        }
        for (int j = 0; j < q.length; j++) {
            q[j] = -q[j];
        }
        return q;
    }

    private static void add(double[] to, double factor, double[] what) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * what[i];
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
