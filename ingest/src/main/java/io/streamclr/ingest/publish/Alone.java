package io.streamclr.ingest.publish;

import io.streamclr.schemas.identity.ImageId;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** The way of somebody who does not ask what others send: each record by itself, as soon as possible. */
final class Alone implements Outlet {

    private final Producer<byte[], byte[]> producer;

    Alone(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears the answer
    public void send(ImageId id, ProducerRecord<byte[], byte[]> record, Answer answer) {
        try {
            producer.send(record, (metadata, refused) -> {
                if (refused == null) {
                    answer.sent();
                } else {
                    answer.failed(refused);
                }
            });
        } catch (KafkaException failed) {
            answer.failed(failed);
        }
    }

    @Override
    public void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
