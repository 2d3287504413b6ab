/**
 * Decodes Truevision TGA files, which have no mark at their beginning: enter through
 * {@link io.streamclr.augment.decode.tga.Tga}. A decoder of our own, because the readers at hand refuse images that are
 * stored from right to left, and those of 15 bits.
 */
package io.streamclr.augment.decode.tga;
