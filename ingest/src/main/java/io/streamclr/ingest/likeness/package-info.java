/**
 * Finds pictures that look like one that was there before. Enter through
 * {@link io.streamclr.ingest.likeness.NearDuplicates}; an {@link io.streamclr.ingest.likeness.EncodedPicture} gives the
 * hashes that are compared. Knows nothing of Kafka and of where images come from.
 */
package io.streamclr.ingest.likeness;
