/**
 * Reads topic {@code embeddings}: each embedding once, in the order of its partition, and those of one encoder where
 * somebody compares them. Enter through {@link io.streamclr.console.vectors.EmbeddingLog}, and commands through
 * {@link io.streamclr.console.vectors.EmbeddingTopic}. Knows neither what makes embeddings nor what is done with them.
 */
package io.streamclr.console.vectors;
