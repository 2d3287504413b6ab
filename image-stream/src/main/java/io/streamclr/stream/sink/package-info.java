/**
 * Records out of a job: enter through {@link io.streamclr.stream.sink.KafkaSinks}, which writes them to Kafka, and
 * {@link io.streamclr.stream.sink.Rejection}, which makes one of an image that became nothing.
 */
package io.streamclr.stream.sink;
