/**
 * Finds embeddings that are alike, by their cosine: in memory, where each is compared, or in an index in a folder, which
 * follows topic {@code embeddings}. Enter through {@link io.streamclr.console.similar.HeldVectors} and
 * {@link io.streamclr.console.similar.VectorIndex}; {@link io.streamclr.console.similar.NearDuplicates} makes groups of
 * what either finds. Reads nothing from Kafka by itself.
 */
package io.streamclr.console.similar;
