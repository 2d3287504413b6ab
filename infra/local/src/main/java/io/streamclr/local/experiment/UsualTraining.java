package io.streamclr.local.experiment;

import java.util.Locale;

/** The training that the findings vary: what the demo does, on batches that are one with their chunk. */
final class UsualTraining {

    /** Pairs in a batch, where an experiment does not vary them. */
    static final int BATCH = 128;

    /** Pairs that are shuffled together, whatever the batch. */
    private static final int SHUFFLED_PAIRS = 4096;

    private static final int HEAD_HIDDEN = 256;

    private static final int DEPTH = 18;

    /** Channels after the first convolution of a ResNet of usual width. */
    private static final int WHOLE_WIDTH = 64;

    private static final int CHANNELS = 16;

    private UsualTraining() {}

    /** Options but for head and learning rate. */
    static String network(int batch) {
        return network(batch, SHUFFLED_PAIRS / batch);
    }

    private static String network(int batch, int block) {
        return network(DEPTH, CHANNELS, "0.1", batch, block);
    }

    /** Trials are known by this text, so options keep the names in it that they had in release 0.1. */
    private static String network(int depth, int channels, String temperature, int batch, int block) {
        return "--depth " + depth + " --width " + (double) channels / WHOLE_WIDTH + " --stem small2 --temperature "
                + temperature + " --batch " + batch + " --block " + block + " --chunk 2048 --optimiser adamw";
    }

    /** A nonlinear head of 128 outputs, and the rate that suits batches of 128 pairs. */
    static String of(int batch) {
        return of(batch, SHUFFLED_PAIRS / batch);
    }

    /** @param block batches that are shuffled together */
    static String of(int batch, int block) {
        return network(batch, block) + " --learning-rate 0.004 " + head(2, 128);
    }

    /** At another temperature. */
    static String at(String temperature) {
        return network(DEPTH, CHANNELS, temperature, BATCH, SHUFFLED_PAIRS / BATCH) + " --learning-rate 0.004 "
                + head(2, 128);
    }

    /**
     * Of another network. Its learning rate falls with the root of the width: from 0.004 at 16 channels, as the preset
     * cpu-small has it, to 0.002 at 64, as gpu has it.
     *
     * @param channels after the first convolution
     */
    static String sized(int depth, int channels) {
        return network(depth, channels, "0.1", BATCH, SHUFFLED_PAIRS / BATCH) + " --learning-rate "
                + rate(0.004, channels) + " " + head(2, 128);
    }

    /** The same network trained with labels, by the optimiser that {@code streamclr probe --supervised} has. */
    static String supervised(int depth, int channels) {
        return network(depth, channels, "0.1", BATCH, SHUFFLED_PAIRS / BATCH) + " --weight-decay 0.05 --beta2 0.999"
                + " --learning-rate " + rate(0.002, channels) + " " + head(0, 128);
    }

    /** The usual network trained with labels. */
    static String supervised() {
        return supervised(DEPTH, CHANNELS);
    }

    private static String rate(double usual, int channels) {
        return String.format(Locale.ROOT, "%.5f", usual * Math.sqrt((double) CHANNELS / channels));
    }

    /** @param layers 0 for none, 1 for a linear head, 2 for a nonlinear one */
    static String head(int layers, int output) {
        return "--head-layers " + layers + " --head-hidden " + HEAD_HIDDEN + " --head-output " + output;
    }
}
