/**
 * Finds the classes of images in the names of the folders that they lie in, and sees whether a stream is sorted by class.
 * Enter through {@link io.streamclr.ingest.classes.ClassLayout} and {@link io.streamclr.ingest.classes.ClassWatch}. Knows
 * paths and names alone: neither files nor pictures.
 */
package io.streamclr.ingest.classes;
