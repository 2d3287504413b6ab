package io.streamclr.local.experiment;

import java.util.Locale;

/**
 * The training that the findings vary: the demo's without the width of its last stages, so that a pair costs less, on batches
 * that are one with their chunk. Until release 0.2 it was that of a ResNet-18 by adamw at 0.004.
 */
final class UsualTraining {

    /** Pairs in a batch, where an experiment does not vary them. */
    static final int BATCH = 128;

    /** Pairs that are shuffled together, whatever the batch. */
    private static final int SHUFFLED_PAIRS = 4096;

    private static final int HEAD_HIDDEN = 256;

    private static final int DEPTH = 10;

    /** Channels after the first convolution of a ResNet of usual width. */
    private static final int WHOLE_WIDTH = 64;

    private static final int CHANNELS = 16;

    /** What suits batches of {@value #BATCH} pairs, whatever the width. */
    private static final String RATE = " --learning-rate 0.08 ";

    /** By the root rule, and by the linear one; both give 0.08 at {@value #BATCH} pairs. */
    static final String ROOT = "--learning-rate 0.0070711 --scaling sqrt";

    static final String LINEAR = "--learning-rate 0.16 --scaling linear";

    private UsualTraining() {}

    /** Options but for head and learning rate. */
    static String network(int batch) {
        return network(batch, SHUFFLED_PAIRS / batch);
    }

    private static String network(int batch, int block) {
        return contrastive(DEPTH, CHANNELS, "0.1", batch, block);
    }

    private static String contrastive(int depth, int channels, String temperature, int batch, int block) {
        return network(depth, channels, temperature, batch, block) + " --optimiser muon";
    }

    /** Trials are known by this text, so options keep the names in it that they had in release 0.1. */
    private static String network(int depth, int channels, String temperature, int batch, int block) {
        return "--depth " + depth + " --width " + (double) channels / WHOLE_WIDTH + " --stem small2 --temperature "
                + temperature + " --batch " + batch + " --block " + block + " --chunk 2048";
    }

    /** A nonlinear head of 128 outputs, and the rate that suits batches of 128 pairs. */
    static String of(int batch) {
        return of(batch, SHUFFLED_PAIRS / batch);
    }

    /** @param block batches that are shuffled together */
    static String of(int batch, int block) {
        return network(batch, block) + RATE + head(2, 128);
    }

    /** At another temperature. */
    static String at(String temperature) {
        return contrastive(DEPTH, CHANNELS, temperature, BATCH, SHUFFLED_PAIRS / BATCH) + RATE + head(2, 128);
    }

    /** With another head. @param layers 0 for none, 1 for a linear head, 2 for a nonlinear one */
    static String headed(int layers, int output) {
        return network(BATCH) + RATE + head(layers, output);
    }

    /**
     * Of another network. Muon's steps have one size whatever a matrix is like, so the rate is one for all.
     *
     * @param channels after the first convolution
     */
    static String sized(int depth, int channels) {
        return contrastive(depth, channels, "0.1", BATCH, SHUFFLED_PAIRS / BATCH) + RATE + head(2, 128);
    }

    /**
     * The same network trained with labels, by the optimiser that {@code streamclr probe --supervised} has. Its learning rate
     * falls with the root of the width, from 0.002 at 16 channels.
     */
    static String supervised(int depth, int channels) {
        return network(depth, channels, "0.1", BATCH, SHUFFLED_PAIRS / BATCH)
                + " --optimiser adamw --weight-decay 0.05 --beta2 0.999 --learning-rate "
                + String.format(Locale.ROOT, "%.5f", 0.002 * Math.sqrt((double) CHANNELS / channels)) + " "
                + head(0, 128);
    }

    /** The usual network trained with labels. */
    static String supervised() {
        return supervised(DEPTH, CHANNELS);
    }

    /** @param layers 0 for none, 1 for a linear head, 2 for a nonlinear one */
    static String head(int layers, int output) {
        return "--head-layers " + layers + " --head-hidden " + HEAD_HIDDEN + " --head-output " + output;
    }
}
