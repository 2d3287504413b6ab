/**
 * Trains a whole network with labels, as a comparison: from an encoder's weights (fine-tuning) or from fresh ones
 * (supervised training). Enter through {@link io.streamclr.trainer.classify.Classifier}. Knows nothing of topics, views
 * or contrastive losses.
 */
package io.streamclr.trainer.classify;
