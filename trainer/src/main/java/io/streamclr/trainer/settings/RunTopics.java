package io.streamclr.trainer.settings;

import io.streamclr.schemas.topic.KafkaConnection;
import java.util.Objects;

/**
 * Where a run reads and says what it does.
 *
 * @param kafka how to reach the broker
 * @param views where view pairs come from
 * @param batches where every batch is logged before it is trained
 * @param encoders where saved encoders are announced
 */
public record RunTopics(KafkaConnection kafka, String views, String batches, String encoders) {

    public RunTopics {
        Objects.requireNonNull(kafka, "kafka");
        Objects.requireNonNull(views, "views");
        Objects.requireNonNull(batches, "batches");
        Objects.requireNonNull(encoders, "encoders");
    }
}
