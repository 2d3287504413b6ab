package io.streamclr.console.embed;

/**
 * An image that a search found.
 *
 * @param cosine in [-1, 1], up to rounding
 */
record Result(Entry entry, float cosine) {}
