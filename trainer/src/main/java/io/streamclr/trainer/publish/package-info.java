/**
 * Tells the world of encoders. Enter through {@link io.streamclr.trainer.publish.EncoderAnnouncer}, which puts them on
 * topic {@code encoders}, in the forms that {@link io.streamclr.trainer.publish.PublishedForm} lists. Knows nothing of how they were trained.
 */
package io.streamclr.trainer.publish;
