/**
 * Finds pictures that look like one that was there before. Enter through
 * {@link io.streamclr.ingest.likeness.NearDuplicates}; a {@link io.streamclr.ingest.likeness.PictureHash} is what is
 * compared. Knows nothing of Kafka and of where images come from.
 */
package io.streamclr.ingest.likeness;
