package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.topic.OpenTransaction;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A transaction that its writer left open stops every reader; it is reported, and can be ended. */
@ExtendWith(RealBroker.class)
class TransactionsTest {

    @Test
    void aTransactionThatWasLeftOpenIsReportedAndReleased() throws Exception {
        RealBroker.create(Topic.VIEWS, "stuck.views", 2);
        try (KafkaProducer<byte[], byte[]> killed = writerOf("streamclr-augment-stuck.views-0-0")) {
            killed.initTransactions();
            killed.beginTransaction();
            killed.send(new ProducerRecord<>("stuck.views", 1, null, bytes("never committed")))
                    .get();
            RealBroker.send("stuck.views", 1, null, bytes("after it"));
            RealBroker.send("stuck.views", 0, null, bytes("elsewhere"));

            List<OpenTransaction> open = open("stuck.views");
            Command tooYoung = release("--open-for", "3600", "--json");
            Command released = release("--open-for", "0");

            assertThat(open).singleElement().satisfies(transaction -> {
                assertThat(transaction.partition()).isEqualTo(1);
                assertThat(transaction.hidden()).isEqualTo(2);
                assertThat(transaction.transactionalId()).isEqualTo("streamclr-augment-stuck.views-0-0");
                assertThat(transaction.open()).isLessThan(OpenTransaction.USUAL);
                assertThat(transaction)
                        .hasToString("Partition 1 of topic stuck.views hides 2 records from whoever reads only what is"
                                + " committed, because transaction streamclr-augment-stuck.views-0-0 of producer "
                                + transaction.producerId() + " has been open for "
                                + transaction.open().toSeconds()
                                + " s; start its writer again, which ends it, or, if the writer is gone for good, end it"
                                + " with 'streamclr topics release stuck.views'");
            });
            assertThat(tooYoung.lastLine()).isEqualTo("{\"released\":0,\"still_open\":1}");
            assertThat(released.output())
                    .isEqualTo("released partition 1 from transaction streamclr-augment-stuck.views-0-0"
                            + System.lineSeparator() + "1 released, 0 still open that are younger"
                            + System.lineSeparator());
            assertThat(open("stuck.views")).isEmpty();
            assertThat(RealBroker.read("stuck.views").get(1)).hasSize(1);
        }
    }

    @Test
    void aTransactionThatEndedIsNotReported() throws Exception {
        RealBroker.create(Topic.VIEWS, "ended.views", 1);
        try (KafkaProducer<byte[], byte[]> writer = writerOf("ended")) {
            writer.initTransactions();
            writer.beginTransaction();
            writer.send(new ProducerRecord<>("ended.views", 0, null, bytes("committed")))
                    .get();
            writer.commitTransaction();
        }

        assertThat(open("ended.views")).isEmpty();
    }

    private static Command release(String... options) {
        return Command.run(Stream.concat(
                        Stream.of("topics", "release", "stuck.views", "--bootstrap-server", RealBroker.address()),
                        Stream.of(options))
                .toArray(String[]::new));
    }

    private static List<OpenTransaction> open(String topic) {
        try (Topics topics = Topics.at(RealBroker.connection())) {
            return topics.openTransactions(topic);
        }
    }

    private static KafkaProducer<byte[], byte[]> writerOf(String transactionalId) {
        return new KafkaProducer<>(
                RealBroker.connection().with(Map.of("transactional.id", transactionalId)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
