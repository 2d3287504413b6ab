/**
 * Tells the world of encoders. Enter through {@link io.streamclr.trainer.publish.EncoderAnnouncer}, which puts them on
 * topic {@code encoders}. Knows nothing of how they were trained.
 */
package io.streamclr.trainer.publish;
