/**
 * What happens to an image on its way through Flink: one operator decodes it and has it embedded by the encoder that it
 * takes, or rejects it. Enter through {@link io.streamclr.embed.job.EmbedOperatorFactory};
 * {@link io.streamclr.embed.job.LogSwitches} logs encoders that are published meanwhile, and
 * {@link io.streamclr.embed.job.EmbedStarts} says where to begin. Knows nothing of command lines.
 */
package io.streamclr.embed.job;
