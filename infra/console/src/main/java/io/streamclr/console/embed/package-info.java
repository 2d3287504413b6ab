/**
 * Uses a shipped encoder: {@code streamclr embed} writes what it makes of images, {@code streamclr search} finds images
 * that are like one. Enter through the two commands; knows nothing of Kafka or of training.
 */
package io.streamclr.console.embed;
