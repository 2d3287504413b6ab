package io.streamclr.local.experiment;

import io.streamclr.schemas.RefusalException;

/**
 * What somebody asks of an experiment; the plan follows from it.
 *
 * @param data images to learn from, and with their labels to fit probes on
 * @param test other labelled images, to measure on
 * @param pairs view pairs that a usual run is trained on
 * @param seeds how often each run is done, each time with another seed, from 1 on
 * @param images how many of {@code data} are learned from
 * @param measured how many of {@code data} and of {@code test} are measured on, at most
 * @param minutes the experiment is to last no longer; 0 for no bound
 */
public record ExperimentSettings(
        String data, String test, long pairs, int seeds, int images, int measured, int minutes) {

    private static final long MOST_PAIRS = 1_000_000_000L;
    private static final int MOST_IMAGES = 10_000_000;

    /** @throws RefusalException if a value makes no sense */
    public ExperimentSettings {
        require("--budget-pairs", pairs, 1_000, MOST_PAIRS, "40000 is usual");
        require("--seeds", seeds, 1, 100, "2 or 3 are usual");
        require("--images", images, 100, MOST_IMAGES, "20000 is usual");
        require("--measured", measured, 100, MOST_IMAGES, "10000 is usual");
        require("--minutes", minutes, 0, 100_000, "0 sets no bound");
    }

    private static void require(String option, long value, long least, long most, String usual) {
        if (value < least || value > most) {
            throw new RefusalException(
                    option + " is " + value + ", but must be from " + least + " to " + most + "; " + usual);
        }
    }
}
