/**
 * Puts images into topic {@code images}, each content once. Enter through
 * {@link io.streamclr.ingest.publish.ImageTopic}, which knows what the topic has already and sends the rest. Knows
 * nothing of where images come from.
 */
package io.streamclr.ingest.publish;
