/**
 * Contrastive losses on embeddings, each with its analytic gradient. Enter through
 * {@link io.streamclr.trainer.loss.ContrastiveLoss}; {@link io.streamclr.trainer.loss.NtXent} is SimCLR's. Knows
 * nothing of networks, images, batches or topics.
 */
package io.streamclr.trainer.loss;
