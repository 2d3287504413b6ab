/**
 * The embedding process: images in, what the newest encoder makes of them out, what cannot be decoded to the side. Enter
 * through {@link io.streamclr.embed.EmbedJobCommand} from a command line, or through {@link io.streamclr.embed.EmbedJob} from
 * a program. Knows neither who writes images and encoders nor who reads embeddings.
 */
package io.streamclr.embed;
