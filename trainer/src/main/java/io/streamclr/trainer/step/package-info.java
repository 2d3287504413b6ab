/**
 * One step of training: forward, loss, backward, update. Enter through
 * {@link io.streamclr.trainer.step.TrainingStep}, which takes a batch of any size in chunks that fit into memory. Knows
 * nothing of files, feeds or topics.
 */
package io.streamclr.trainer.step;
