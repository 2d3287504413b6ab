/**
 * Puts what topic {@code embeddings} holds where other programs read it, each embedding once, whenever the process is
 * killed: Parquet files in a folder or a bucket, or a table of PostgreSQL. Enter through
 * {@link io.streamclr.console.sink.EmbeddingSink}. Knows nothing of commands, and of Kafka only positions.
 */
package io.streamclr.console.sink;
