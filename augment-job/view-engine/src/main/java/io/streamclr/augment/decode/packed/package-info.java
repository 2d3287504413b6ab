/**
 * Ways of packing bytes that several formats share. Enter through {@link io.streamclr.augment.decode.packed.PackBits};
 * knows no format, and nothing of what the bytes mean.
 */
package io.streamclr.augment.decode.packed;
