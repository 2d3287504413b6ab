/**
 * Keeps the figures and pictures of a run in files that others read: lines of JSON, and what TensorBoard shows. Enter
 * through {@link io.streamclr.trainer.record.FigureLines}, {@link io.streamclr.trainer.record.EventFile} and
 * {@link io.streamclr.trainer.record.Projection}. Knows nothing of training.
 */
package io.streamclr.trainer.record;
