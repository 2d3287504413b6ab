/**
 * How weights move: the update rules and the learning rate. Enter through
 * {@link io.streamclr.trainer.optimiser.Optimiser} and {@link io.streamclr.trainer.optimiser.LearningRate}; the rules
 * themselves are values, {@link io.streamclr.trainer.optimiser.UpdateRule}. Knows nothing of networks, losses or topics.
 */
package io.streamclr.trainer.optimiser;
