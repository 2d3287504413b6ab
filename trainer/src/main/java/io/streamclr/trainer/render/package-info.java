/**
 * Renders views from topic {@code images}, by the view engine, in the trainer's own process: those that expired, and new
 * ones of images that a run remembers. Enter through {@link io.streamclr.trainer.render.ImageTopicRenderer};
 * {@link io.streamclr.trainer.render.StoredImages} reads the images for whoever else wants to see them. Knows nothing
 * of batches and networks.
 */
package io.streamclr.trainer.render;
