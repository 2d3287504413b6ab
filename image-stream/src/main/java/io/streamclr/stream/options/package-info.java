/**
 * Options that jobs over images have in common: decoding, limits, checkpoints.
 */
package io.streamclr.stream.options;
