/**
 * Says whether the newest embeddings of an encoder look like those of a reference: a kernel two-sample test of two samples
 * that are kept while the topic is read, and an alarm. Enter through {@link io.streamclr.console.drift.DriftGauge}, and
 * with what it says through {@link io.streamclr.console.drift.DriftWatch}. Knows neither Kafka nor what the images show.
 */
package io.streamclr.console.drift;
