package io.streamclr.schemas.identity;

/**
 * Derives every seed of a run from the run's one seed. A seed depends on what it is for and on nothing else, so that
 * any worker, in any order, after any crash, draws the same.
 */
public final class Seeds {

    /** Fractional digits of the golden ratio: the step of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Seeds() {}

    /**
     * The seed of one view.
     *
     * @param runSeed seed of the run, any value
     * @param image content id of the image
     * @param pass 0 or more
     * @param view 0 or 1
     */
    public static long view(long runSeed, ImageId image, int pass, int view) {
        return absorb(absorb(absorb(absorb(absorb(runSeed, 'v'), image.high()), image.low()), pass), view);
    }

    /**
     * The seed of a purpose of the run that counts something: the shuffle of block n, the weights of parameter n.
     *
     * @param purpose a short constant word
     * @param number 0 or more
     */
    public static long of(long runSeed, String purpose, long number) {
        long seed = absorb(runSeed, 'p');
        for (int i = 0; i < purpose.length(); i++) {
            seed = absorb(seed, purpose.charAt(i));
        }
        return absorb(seed, number);
    }

    /** SplitMix64's output function over a running state: every bit of the state and the value reaches every bit. */
    private static long absorb(long state, long value) {
        return mix((mix(state + GOLDEN) ^ mix(value + 2 * GOLDEN)) + GOLDEN);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
