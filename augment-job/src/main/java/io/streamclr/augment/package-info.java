/**
 * The augmentation process: images in, view pairs out, what cannot be decoded to the side. Enter through
 * {@link io.streamclr.augment.AugmentCommand} from a command line, or through {@link io.streamclr.augment.AugmentJob}
 * from a program. Knows neither who writes the images nor who reads the views.
 */
package io.streamclr.augment;
