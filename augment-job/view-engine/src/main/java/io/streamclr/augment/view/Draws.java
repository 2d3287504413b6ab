package io.streamclr.augment.view;

/**
 * A stream of random numbers that depends on its seed alone: draw n is SplitMix64's output function of {@code seed + n
 * * golden} (Steele, Lea and Flood, OOPSLA 2014).
 */
final class Draws {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final double ULP = 0x1.0p-53;

    private long state;

    Draws(long seed) {
        this.state = seed;
    }

    private long next() {
        state += GOLDEN;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Uniform in [0, 1), in steps of 2^-53. */
    double unit() {
        return (next() >>> 11) * ULP;
    }

    /** Uniform in [low, high). */
    double between(double low, double high) {
        return low + (high - low) * unit();
    }

    /** Uniform in {0, ..., bound - 1}; the bias is below 2^-31. */
    int below(int bound) {
        return (int) (((next() >>> 32) * bound) >>> 32);
    }

    /** True with this probability; never at 0, always at 1. */
    boolean chance(double probability) {
        return unit() < probability;
    }
}
