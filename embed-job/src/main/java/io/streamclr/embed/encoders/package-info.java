/**
 * Which encoder embeds which image. Encoders that are announced in {@code encoders} and pass the
 * {@link io.streamclr.embed.encoders.Gate} are kept on the {@link io.streamclr.embed.encoders.EncoderShelf} and logged in
 * {@code embeddings.encoders}; {@link io.streamclr.embed.encoders.SwitchReader} says which of them an image takes. Enter through
 * {@link io.streamclr.embed.encoders.EncoderChoice}. Computes no embeddings.
 */
package io.streamclr.embed.encoders;
