/**
 * Images that a list names, by paths and by web addresses. Enter through
 * {@link io.streamclr.ingest.fetch.ListedImages}, a source like any other; {@link io.streamclr.ingest.fetch.WebImages}
 * is how it fetches: politely, within bounds, and from nowhere that only this machine can reach. Knows nothing of Kafka.
 */
package io.streamclr.ingest.fetch;
