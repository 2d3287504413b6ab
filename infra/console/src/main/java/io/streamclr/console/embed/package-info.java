/**
 * Uses a shipped encoder: {@code streamclr embed} writes what it makes of images, {@code streamclr search} finds images
 * that are like one, in files or in topic {@code embeddings}. Enter through the two commands; knows nothing of training.
 */
package io.streamclr.console.embed;
