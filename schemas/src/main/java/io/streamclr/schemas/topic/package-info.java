/**
 * The topics that the processes meet at, and how a broker is reached. Enter through
 * {@link io.streamclr.schemas.topic.Topic} for names and settings, {@link io.streamclr.schemas.topic.KafkaConnection}
 * for the way to a broker and {@link io.streamclr.schemas.topic.Topics} for what is there. Knows nothing of records.
 */
package io.streamclr.schemas.topic;
