/**
 * Says what an encoder is worth on a set of images: beside raw pixels, histograms of gradients and the untrained
 * network, which are the floors that learning must pass. Enter through {@link io.streamclr.console.probe.ProbeCommand}, or
 * from a program through {@link io.streamclr.console.probe.Probing}. Knows nothing of Kafka.
 */
package io.streamclr.console.probe;
