/**
 * Decodes HEIC and AVIF by the system's libheif: enter through {@link io.streamclr.augment.decode.heif.Heif}. The library
 * is asked for nothing but what the standards of HEVC and AV1 say to the bit: planes as they are coded. Turning, upsampling
 * and colours are ours, so that every version of it leads to the same pixels.
 */
package io.streamclr.augment.decode.heif;
