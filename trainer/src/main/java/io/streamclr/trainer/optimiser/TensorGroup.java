package io.streamclr.trainer.optimiser;

/**
 * Consecutive weights of an optimiser that move alike.
 *
 * @param from the number of the first
 * @param to that after the last
 * @param factor multiplies the learning rate, above 0
 * @param heldSteps so many updates leave the weights, and what the rule keeps for them, as they are; the rule counts its
 *     updates from there
 */
public record TensorGroup(int from, int to, double factor, long heldSteps) {

    public TensorGroup {
        if (from < 0 || to <= from || !(factor > 0) || heldSteps < 0) {
            throw new IllegalArgumentException("Weights " + from + " to " + to + " cannot be held for " + heldSteps
                    + " steps and move " + factor + " times as fast");
        }
    }

    /** Whether its weights move at an update, 1 for the first. */
    boolean movesAt(long count) {
        return count > heldSteps;
    }
}
