package io.streamclr.augment.decode.jpeg2000;

/**
 * A band of wavelet coefficients.
 *
 * @param orientation bit 0: high frequencies across; bit 1: high frequencies down
 * @param x0 of its first column, in its own coordinates
 * @param y0 of its first row, in its own coordinates
 * @param x1 exclusive
 * @param y1 exclusive
 * @param atX column of its first coefficient among those of the component
 * @param atY row of its first coefficient among those of the component
 * @param planes of bits that a magnitude may have
 * @param step by which magnitudes are multiplied, if the transform is not reversible
 */
record Band(int orientation, int x0, int y0, int x1, int y1, int atX, int atY, int planes, float step) {}
