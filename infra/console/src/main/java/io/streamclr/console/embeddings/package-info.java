/**
 * The commands below {@code streamclr embeddings}, on what topic {@code embeddings} holds. Enter through
 * {@link io.streamclr.console.embeddings.EmbeddingsCommand}. They read, decide and print; what they find or write is the
 * work of other rooms.
 */
package io.streamclr.console.embeddings;
