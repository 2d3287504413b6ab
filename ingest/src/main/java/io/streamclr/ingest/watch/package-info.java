/**
 * A folder as a source that never ends: files are found as they arrive, each once it is complete. Enter through
 * {@link io.streamclr.ingest.watch.WatchedFolder}. Knows nothing of Kafka; what was sent before is for others to know.
 */
package io.streamclr.ingest.watch;
