/**
 * What a decoder of our own promises, so that {@link io.streamclr.augment.decode.ImageDecoder} can check limits before
 * pixels are allocated, and what several of them need: how often a file may be read, white under what is transparent,
 * JFIF's colours. Enter through {@link io.streamclr.augment.decode.format.ImageFormat}. Knows no format itself.
 */
package io.streamclr.augment.decode.format;
