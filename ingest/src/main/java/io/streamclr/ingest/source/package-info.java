/**
 * Finds encoded images where people keep them: folders, archives, files of data sets. Enter through
 * {@link io.streamclr.ingest.source.ImageSource}, which hands out one {@link io.streamclr.ingest.source.Found} after the
 * other in an order that never changes; a bad file is a value there and never an exception. Knows nothing of Kafka, and
 * decodes no picture: those of videos are made by ffmpeg, in a process of its own.
 */
package io.streamclr.ingest.source;
