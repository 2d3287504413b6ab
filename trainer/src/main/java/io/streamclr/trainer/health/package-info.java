/**
 * Tells whether a network still learns something. Enter through {@link io.streamclr.trainer.health.HealthCheck}, which
 * looks at a batch, and {@link io.streamclr.trainer.health.HeldOutProbe}, which looks at labelled images;
 * {@link io.streamclr.trainer.health.Forgetting} hears what that one finds. Knows nothing of steps, files or topics, and
 * changes nothing that it looks at.
 */
package io.streamclr.trainer.health;
