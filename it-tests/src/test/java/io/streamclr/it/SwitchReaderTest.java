package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.embed.encoders.SwitchReader;
import io.streamclr.schemas.record.EncoderSwitch;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.wire.WireFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBroker.class)
class SwitchReaderTest {

    private static final String TOPIC = "switch-reader";
    private static final Duration DELAY = Duration.ofSeconds(10);

    /** A broker may date an entry seconds before anybody can read it. */
    @Test
    void anEntryIsKnownWhenATenthOfItsDelayHasPassedAndTheLogIsNotReadForEachImage() throws Exception {
        RealBroker.create(Topic.EMBEDDINGS_ENCODERS, TOPIC, 1);
        AtomicLong nanos = new AtomicLong();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        RealBroker.connection().with(Map.of("acks", "all")),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                SwitchReader reader = new SwitchReader(RealBroker.connection(), TOPIC, nanos::get)) {
            write(producer, 1);
            assertThat(reader.of(0).getStep()).isEqualTo(1);
            long effect = write(producer, 2) + DELAY.toMillis();

            assertThat(reader.of(effect).getStep()).isEqualTo(1);
            nanos.addAndGet(DELAY.toNanos() / 10);
            assertThat(reader.of(effect).getStep()).isEqualTo(1);
            nanos.addAndGet(1);
            assertThat(reader.of(effect).getStep()).isEqualTo(2);
            assertThat(reader.of(effect - 1).getStep()).isEqualTo(1);
        }
    }

    /** @return when the broker dated it */
    private static long write(KafkaProducer<byte[], byte[]> producer, long step) throws Exception {
        EncoderSwitch entry = new EncoderSwitch(
                "run", step, Long.toString(step), "", Map.of(), Instant.ofEpochMilli(step), DELAY.toMillis(), false);
        return producer.send(new ProducerRecord<>(TOPIC, WireFormat.ENCODER_SWITCH.encode(entry)))
                .get()
                .timestamp();
    }
}
