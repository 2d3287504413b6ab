package io.streamclr.console.plan;

/**
 * What one pair costs, as it was measured.
 *
 * @param command that measured it, for whoever reads the plan
 * @param size side of the views that it was measured with, in pixels
 * @param engineSeconds of a core to decode an image and draw both views
 * @param carrySeconds of a core in the job's process to carry one megabyte of images and views
 * @param brokerSeconds of a core in the broker to carry one megabyte
 */
record Costs(String command, int size, double engineSeconds, double carrySeconds, double brokerSeconds) {

    /** What the same costs with views of another size: those of a smaller one cost at most as much. */
    double engineSeconds(int other) {
        return other <= size ? engineSeconds : engineSeconds * other * other / ((double) size * size);
    }
}
