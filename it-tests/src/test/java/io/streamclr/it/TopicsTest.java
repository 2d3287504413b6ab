package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a new topic takes, and what a person sees of topics. */
@ExtendWith(RealBroker.class)
class TopicsTest {

    @Test
    void aTopicSaysWhatItHoldsHowOldItIsAndWhoReadsIt() throws Exception {
        RealBroker.create(Topic.IMAGES, "topics.images", 2);
        RealBroker.create(Topic.IMAGES, "topics.empty", 1);
        Instant before = Instant.now().minusSeconds(1);
        RealBroker.sendPictures("topics.images", 0, 60, 2);
        readUpTo("topics-reader", "topics.images", 0, 25);

        JsonNode all = new ObjectMapper().readTree(list("--json").lastLine());

        JsonNode images = all.path("topics.images");
        assertThat(images.path("partitions").asInt()).isEqualTo(2);
        assertThat(images.path("records").asInt()).isEqualTo(60);
        assertThat(images.path("bytes").asLong()).isBetween(60L * 100, 1L << 20);
        assertThat(images.path("records_per_second").asDouble()).isEqualTo(1);
        assertThat(images.path("hidden").asInt()).isZero();
        assertThat(Instant.parse(images.path("oldest").asText())).isBetween(before, Instant.now());
        assertThat(Instant.parse(images.path("newest").asText()))
                .isBetween(Instant.parse(images.path("oldest").asText()), Instant.now());
        assertThat(images.path("ranges").toString())
                .isEqualTo("[{\"partition\":0,\"first\":0,\"end\":30},{\"partition\":1,\"first\":0,\"end\":30}]");
        assertThat(images.path("readers").toString()).isEqualTo("[{\"group\":\"topics-reader\",\"behind\":5}]");
        assertThat(all.path("topics.empty").path("records").asInt()).isZero();
        assertThat(all.path("topics.empty").has("oldest")).isFalse();
        assertThat(all.path("topics.missing").toString()).isEqualTo("{\"exists\":false}");

        List<String> table = list("--ranges").output().lines().toList();

        assertThat(table.get(1)).startsWith("topics.images").endsWith("topics-reader (5 behind)");
        assertThat(table.get(2)).isEqualTo("  partition 0: offsets 0 to before 30");
        assertThat(table).last().asString().matches("topics.missing +not there");
    }

    @Test
    void topicsAreCreatedByTheirNamesAndWithNoMoreReplicasThanBrokers() {
        String[] names = {
            "topics",
            "create",
            "--bootstrap-server",
            RealBroker.address(),
            "--partitions",
            "3",
            "--images-topic",
            "topics.chosen.images",
            "--rejects-topic",
            "topics.chosen.rejects",
            "--views-topic",
            "topics.chosen.views",
            "--batches-topic",
            "topics.chosen.batches",
            "--encoders-topic",
            "topics.chosen.encoders",
            "--embeddings-topic",
            "topics.chosen.embeddings",
            "--replication"
        };

        Command tooMany = Command.run(with(names, "3"));
        Command made = Command.run(with(names, "1"));

        assertThat(tooMany.exitCode()).isEqualTo(1);
        assertThat(tooMany.errors().strip())
                .isEqualTo("streamclr: The cluster at " + RealBroker.address()
                        + " has 1 broker, so a topic can have 1 to" + " 1 replicas and not 3");
        assertThat(made.exitCode()).as(made.errors()).isZero();
        assertThat(made.output())
                .contains("topics.chosen.images created with 3 partitions")
                .contains("topics.chosen.rejects created with 3 partitions")
                .contains("topics.chosen.views created with 3 partitions")
                .contains("topics.chosen.batches created with 1 partition")
                .contains("topics.chosen.encoders created with 1 partition")
                .contains("topics.chosen.embeddings created with 3 partitions")
                .contains("topics.chosen.embeddings.encoders created with 1 partition");
    }

    private static String[] with(String[] arguments, String last) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = last;
        return all;
    }

    @Test
    void anAgelessTopicForgetsBySizeAlone() throws Exception {
        try (Topics topics = Topics.at(RealBroker.connection());
                Admin admin = Admin.create(RealBroker.connection().with(Map.of()))) {
            topics.createAgeless(Topic.VIEWS, "topics.ageless", 1);

            ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "topics.ageless");
            Config settings = admin.describeConfigs(List.of(topic)).all().get().get(topic);

            assertThat(settings.get("retention.ms").value()).isEqualTo("-1");
            assertThat(settings.get("retention.bytes").source()).isNotEqualTo(ConfigSource.DYNAMIC_TOPIC_CONFIG);
        }
    }

    /** Kafka loses first batches for good where a producer is quicker than the broker is with the new topic (KAFKA-15591). */
    @Test
    void aTopicTakesAllThatIsSentTheMomentItIsCreated() throws Exception {
        int partitions = 16;
        Map<String, Object> quick = RealBroker.connection()
                .with(Map.of("acks", "all", "linger.ms", 0, "batch.size", 20_000, "delivery.timeout.ms", 40_000));
        byte[] batch = new byte[20_000];
        for (int round = 0; round < 12; round++) {
            String topic = "topics.fresh." + round;
            try (Topics topics = Topics.at(RealBroker.connection());
                    Producer<byte[], byte[]> producer =
                            new KafkaProducer<>(quick, new ByteArraySerializer(), new ByteArraySerializer())) {
                topics.create(Topic.IMAGES, topic, partitions);
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (int i = 0; i < 6 * partitions; i++) {
                    sent.add(producer.send(new ProducerRecord<>(topic, i % partitions, null, batch)));
                }

                for (Future<RecordMetadata> one : sent) {
                    assertThat(one).succeedsWithin(Duration.ofSeconds(30));
                }
                topics.delete(topic);
            }
        }
    }

    private static Command list(String option) {
        Command listed = Command.run(
                "topics",
                "list",
                "topics.images",
                "topics.empty",
                "topics.missing",
                "--bootstrap-server",
                RealBroker.address(),
                option);
        assertThat(listed.exitCode()).as(listed.errors()).isZero();
        return listed;
    }

    private static void readUpTo(String group, String topic, int partition, long offset) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                RealBroker.connection().with(Map.of("group.id", group)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, partition)));
            consumer.commitSync(
                    Map.of(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)),
                    Duration.ofSeconds(30));
        }
    }
}
