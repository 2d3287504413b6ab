package io.streamclr.schemas.topic;

import java.time.Duration;
import java.util.Objects;

/**
 * A transaction that has not ended and so hides its records, and all records after them, from those who read only what
 * is committed. One that stays open belongs to a writer that was killed.
 *
 * @param partition of the topic
 * @param hidden offsets from its first record to the end
 * @param transactionalId name that the writer gave it; empty where the broker no longer knows it
 * @param producerId number that the broker gave the writer
 * @param producerEpoch likewise, for ending it
 * @param coordinatorEpoch likewise
 * @param open how long it has been open
 */
public record OpenTransaction(
        String topic,
        int partition,
        long hidden,
        String transactionalId,
        long producerId,
        int producerEpoch,
        int coordinatorEpoch,
        Duration open) {

    /** Longer than a healthy job keeps one open; Flink ends them with each checkpoint. */
    public static final Duration USUAL = Duration.ofSeconds(60);

    public OpenTransaction {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(transactionalId, "transactionalId");
        Objects.requireNonNull(open, "open");
    }

    /** What, why and what to do. */
    @Override
    public String toString() {
        return "Partition " + partition + " of topic " + topic + " hides " + hidden
                + " records from whoever reads only what is committed, because "
                + (transactionalId.isEmpty() ? "a transaction" : "transaction " + transactionalId) + " of producer "
                + producerId + " has been open for " + open.toSeconds()
                + " s; start its writer again, which ends it, or,"
                + " if the writer is gone for good, end it with 'streamclr topics release " + topic + "'";
    }
}
