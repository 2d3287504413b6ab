/**
 * Contrastive losses on embeddings, each with its analytic gradient. Enter through
 * {@link io.streamclr.trainer.loss.ContrastiveLoss}; {@link io.streamclr.trainer.loss.LossPlan} says which, and
 * {@link io.streamclr.trainer.loss.LossFormula} has the papers' formulas. Knows nothing of networks, batches or topics.
 */
package io.streamclr.trainer.loss;
