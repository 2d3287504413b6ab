/**
 * Weights that were trained elsewhere: reads the files that people have, finds out which network they are of, and gives
 * its tensors under our names. Enter through {@link io.streamclr.trainer.weights.StartingWeights}. Makes tensors of what a
 * file says and nothing else: no class of a pickle is ever looked up.
 */
package io.streamclr.trainer.weights;
