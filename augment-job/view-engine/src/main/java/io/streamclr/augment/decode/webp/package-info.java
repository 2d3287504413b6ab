/**
 * Reads WebP (RFC 9649): lossy images (RFC 6386), lossless ones, alpha, and the first frame of an animation at its
 * place. Enter through {@link io.streamclr.augment.decode.webp.WebpFormat}. Integers only, so every machine makes the
 * same pixels: those of libwebp without its smoothing of colours. Knows nothing of limits, of views or of other
 * formats.
 */
package io.streamclr.augment.decode.webp;
