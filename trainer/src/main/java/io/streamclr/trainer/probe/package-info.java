/**
 * Says what features are worth: nearest neighbours, retrieval, a linear classifier, and gauges of collapse. Enter
 * through {@link io.streamclr.trainer.probe.Probe}, with {@link io.streamclr.trainer.probe.Features} that an
 * {@link io.streamclr.trainer.probe.Embedder} made or that are raw pixels. Knows nothing of topics, training steps or
 * where images come from.
 */
package io.streamclr.trainer.probe;
