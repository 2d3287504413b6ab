/**
 * Formats, and forms of formats, whose pixels are a plain grid, and which no library here reads rightly: one class each,
 * all of which implement {@link io.streamclr.augment.decode.format.ImageFormat}. Knows nothing of who asks.
 */
package io.streamclr.augment.decode.raster;
