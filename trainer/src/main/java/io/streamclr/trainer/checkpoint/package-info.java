/**
 * What a run leaves on disk to go on from. Enter through {@link io.streamclr.trainer.checkpoint.RunFolder}, which saves
 * and finds a {@link io.streamclr.trainer.checkpoint.Checkpoint}; {@link io.streamclr.trainer.checkpoint.RateForm} is for
 * whoever else keeps a learning rate. Knows nothing of Kafka, feeds or steps; a feed's position is bytes here.
 */
package io.streamclr.trainer.checkpoint;
