package io.streamclr.ingest.publish;

import io.streamclr.schemas.identity.ImageId;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The way of records into a topic, in the order in which they are sent. */
interface Outlet extends AutoCloseable {

    /**
     * Hears once what became of a record, on a thread that many wait for. Must not hold the record: the way out copies it
     * early, and would keep as many of them as fill its buffers.
     */
    interface Answer {

        /** The broker has it for good. */
        void sent();

        /** The broker had it already, from somebody else. */
        void wasThere();

        /** The broker does not have it, for all that is known. */
        void failed(Exception why);
    }

    /** Takes a record on its way; waits while too much is. */
    void send(ImageId id, ProducerRecord<byte[], byte[]> record, Answer answer);

    /** Returns when everything that was sent is answered. */
    void flush();

    /** Drops what is not answered. */
    @Override
    void close();
}
