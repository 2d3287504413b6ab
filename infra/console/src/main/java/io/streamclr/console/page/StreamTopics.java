package io.streamclr.console.page;

import io.streamclr.schemas.topic.KafkaConnection;

/**
 * Where a stream of embedded images lies.
 *
 * @param embeddings what encoders made of the images; need not exist
 * @param images that they were made of
 */
public record StreamTopics(KafkaConnection kafka, String embeddings, String images) {}
