/**
 * Turns the bytes of one image into pixels, or says why it cannot. Enter through
 * {@link io.streamclr.augment.decode.ImageDecoder}; a bad image is an ordinary event in this stream, so it is a value
 * ({@link io.streamclr.augment.decode.Decoding.Rejected}) and not an exception. Knows nothing of Kafka or Flink.
 */
package io.streamclr.augment.decode;
