/**
 * What a decoder of our own promises, so that {@link io.streamclr.augment.decode.ImageDecoder} can check limits before
 * pixels are allocated: enter through {@link io.streamclr.augment.decode.format.ImageFormat}. Knows no format itself.
 */
package io.streamclr.augment.decode.format;
