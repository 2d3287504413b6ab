/**
 * An encoder as training leaves it, and how it is used. A program of one's own enters through
 * {@link io.streamclr.trainer.encoder.Encoder}, which turns files of images into vectors. Ours enter through
 * {@link io.streamclr.trainer.encoder.ShippedEncoder}, which finds an encoder,
 * {@link io.streamclr.trainer.encoder.Embedder}, which makes {@link io.streamclr.trainer.encoder.Features} of images with
 * it, and {@link io.streamclr.trainer.encoder.EncoderFiles}, which writes one for others. Knows nothing of topics, training
 * steps or optimisers.
 */
package io.streamclr.trainer.encoder;
