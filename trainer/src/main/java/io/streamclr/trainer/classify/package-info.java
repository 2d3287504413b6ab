/**
 * Trains with labels, as a comparison: a whole network from an encoder's weights (fine-tuning) or from fresh ones (supervised
 * training), through {@link io.streamclr.trainer.classify.Classifier}, or a linear layer on an encoder that stays as it is,
 * through {@link io.streamclr.trainer.classify.LinearEvaluation}. Knows nothing of topics, views or contrastive losses.
 */
package io.streamclr.trainer.classify;
