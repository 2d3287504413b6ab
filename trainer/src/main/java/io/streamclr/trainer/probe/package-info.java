/**
 * Says what features are worth: nearest neighbours, retrieval, a linear classifier, and gauges of collapse. Enter
 * through {@link io.streamclr.trainer.probe.Probe}, with {@link io.streamclr.trainer.encoder.Features} that an
 * {@link io.streamclr.trainer.encoder.Embedder} made, that are raw pixels, or that are
 * {@link io.streamclr.trainer.probe.OrientedGradients}. Knows nothing of topics, training steps or where images come
 * from.
 */
package io.streamclr.trainer.probe;
