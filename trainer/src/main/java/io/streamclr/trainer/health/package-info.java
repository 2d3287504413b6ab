/**
 * Tells whether a network still learns something. Enter through {@link io.streamclr.trainer.health.HealthCheck}. Knows
 * nothing of steps, files or topics, and changes nothing that it looks at.
 */
package io.streamclr.trainer.health;
