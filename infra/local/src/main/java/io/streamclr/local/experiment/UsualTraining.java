package io.streamclr.local.experiment;

/** The training that the findings vary: what the demo does, on batches that are one with their chunk. */
final class UsualTraining {

    /** Pairs that are shuffled together, whatever the batch. */
    private static final int SHUFFLED_PAIRS = 4096;

    private static final int HEAD_HIDDEN = 256;

    private UsualTraining() {}

    /** Options but for head and learning rate. */
    static String network(int batch) {
        return network(batch, SHUFFLED_PAIRS / batch);
    }

    /** Trials are known by this text, so options keep the names in it that they had in release 0.1. */
    private static String network(int batch, int block) {
        return "--depth 18 --width 0.25 --stem small2 --temperature 0.1 --batch " + batch + " --block " + block
                + " --chunk 2048 --optimiser adamw";
    }

    /** A nonlinear head of 128 outputs, and the rate that suits batches of 128 pairs. */
    static String of(int batch) {
        return of(batch, SHUFFLED_PAIRS / batch);
    }

    /** @param block batches that are shuffled together */
    static String of(int batch, int block) {
        return network(batch, block) + " --learning-rate 0.004 " + head(2, 128);
    }

    /** @param layers 0 for none, 1 for a linear head, 2 for a nonlinear one */
    static String head(int layers, int output) {
        return "--head-layers " + layers + " --head-hidden " + HEAD_HIDDEN + " --head-output " + output;
    }
}
