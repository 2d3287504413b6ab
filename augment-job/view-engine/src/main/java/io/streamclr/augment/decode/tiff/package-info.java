/**
 * Reads TIFF files whose samples lie there as numbers: of 1 to 64 bits, whole, signed or floating, in strips or tiles,
 * under a compression without loss. Enter through {@link io.streamclr.augment.decode.tiff.TiffFormat}. What is itself an
 * image inside (JPEG, CCITT) and colours that need their own arithmetic are left to another reader.
 */
package io.streamclr.augment.decode.tiff;
