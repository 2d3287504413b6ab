/**
 * Sees that one trainer at a time writes for a run, whatever was paused, moved or started twice. Enter through
 * {@link io.streamclr.trainer.owner.RunOwner}. Knows Kafka and neither batches nor encoders.
 */
package io.streamclr.trainer.owner;
