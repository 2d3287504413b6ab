/**
 * The ingest process: images from where people keep them into topic {@code images}. Enter through
 * {@link io.streamclr.ingest.Ingest}, or on the command line through {@link io.streamclr.ingest.IngestCommand}; places
 * to read from are in room {@code source}, the topic is in room {@code publish}. Decodes no picture and knows no other
 * process.
 */
package io.streamclr.ingest;
