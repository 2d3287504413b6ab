package io.streamclr.ingest.publish;

import io.streamclr.schemas.identity.ImageId;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A record on its way into a topic. */
final class Sending {

    final ImageId id;
    final ProducerRecord<byte[], byte[]> record;
    final Outlet.Answer answer;
    /** Where the broker wrote it last, which counts only if the transaction was committed; -1 if it did not say so. */
    volatile long offset = -1;

    volatile Exception refused;
    /** Whether it is in the topic because this one sent it, and not somebody else. */
    boolean isOwn;

    Sending(ImageId id, ProducerRecord<byte[], byte[]> record, Outlet.Answer answer) {
        this.id = id;
        this.record = record;
        this.answer = answer;
    }

    int bytes() {
        return record.value().length;
    }
}
