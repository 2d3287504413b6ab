/**
 * Reads {@code images} in passes: every partition from its begin to an end that is fixed once, as often as asked, then
 * live if asked. Enter through {@link io.streamclr.stream.source.PassSource}, a Flink source whose splits are
 * partitions. Knows nothing of what an image is.
 */
package io.streamclr.stream.source;
