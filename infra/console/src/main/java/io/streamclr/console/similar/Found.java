package io.streamclr.console.similar;

/**
 * An image that is like another.
 *
 * @param cosine of the two embeddings, in [-1, 1] up to rounding
 */
public record Found(Item item, float cosine) {}
