/**
 * Decodes JPEG 2000 (ISO/IEC 15444-1): enter through {@link io.streamclr.augment.decode.jpeg2000.Jpeg2000}. A decoder of
 * our own: the one in Java that others build on (JJ2000) has a licence that does not go with ours, and goes on without end
 * for some files. All arithmetic is Java's, one operation after the other in one thread, so that every machine makes the
 * same pixels.
 */
package io.streamclr.augment.decode.jpeg2000;
