/**
 * What is to be seen of a run while it trains: meters, records beside the checkpoints, the line on the terminal, its
 * health, how well held-out images are distinguished, and whether images come in an order. Enter through
 * {@link io.streamclr.trainer.watch.TrainingListener}. Nothing here changes what is learned.
 */
package io.streamclr.trainer.watch;
