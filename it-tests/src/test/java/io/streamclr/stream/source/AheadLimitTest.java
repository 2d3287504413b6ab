package io.streamclr.stream.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.it.RealBroker;
import io.streamclr.schemas.topic.Topic;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How many images may be read, by what a real broker says of the views that wait for their reader. */
@ExtendWith(RealBroker.class)
@Timeout(60)
class AheadLimitTest {

    private static final int SHARE = 5;

    @Test
    void aPartitionThatHasNoRoomIsPausedAndTheOthersGoOn() throws Exception {
        String name = topics("paused");
        RealBroker.sendBytes(name + ".views", 0, 6);
        RealBroker.sendBytes(name + ".views", 1, 2);

        try (KafkaConsumer<byte[], byte[]> images = consumer(name);
                AheadLimit limit = limit(name)) {
            limit.apply(images, Set.of());

            assertThat(limit.room(0, false)).isZero();
            assertThat(limit.room(1, false)).isEqualTo(SHARE - 2);
            assertThat(images.paused()).containsExactly(image(name, 0));
        }
    }

    @Test
    void whatWasReadMakesRoomAgain() throws Exception {
        String name = topics("read");
        RealBroker.sendBytes(name + ".views", 0, 6);
        RealBroker.sendBytes(name + ".views", 1, 6);

        try (KafkaConsumer<byte[], byte[]> images = consumer(name);
                AheadLimit limit = limit(name)) {
            limit.apply(images, Set.of());
            assertThat(images.paused()).hasSize(2);
            commit(name, 0, 4);
            while (images.paused().size() == 2) {
                limit.apply(images, Set.of());
            }

            assertThat(limit.room(0, false)).isEqualTo(SHARE - 2);
            assertThat(images.paused()).containsExactly(image(name, 1));
        }
    }

    @Test
    void imagesAreCountedOffBetweenTwoAnswersOfTheBroker() throws Exception {
        String name = topics("counted");

        try (KafkaConsumer<byte[], byte[]> images = consumer(name);
                AheadLimit limit = limit(name)) {
            limit.apply(images, Set.of());
            limit.took(0, SHARE - 1);
            limit.took(1, SHARE + 1);

            assertThat(limit.room(0, false)).isEqualTo(1);
            assertThat(limit.room(1, false)).isZero();
        }
    }

    @Test
    void viewsThatExpiredWaitForNobody() throws Exception {
        String name = topics("expired");
        RealBroker.sendBytes(name + ".views", 0, 8);
        commit(name, 0, 1);
        try (Admin admin = Admin.create(RealBroker.connection().with(Map.of()))) {
            admin.deleteRecords(Map.of(view(name, 0), RecordsToDelete.beforeOffset(5)))
                    .all()
                    .get();
        }

        try (KafkaConsumer<byte[], byte[]> images = consumer(name);
                AheadLimit limit = limit(name)) {
            limit.apply(images, Set.of());

            assertThat(limit.room(0, false)).isEqualTo(SHARE - 3);
        }
    }

    @Test
    void withoutALimitThereIsAlwaysRoomAndNothingIsPaused() throws Exception {
        String name = topics("none");
        RealBroker.sendBytes(name + ".views", 0, 6);

        try (KafkaConsumer<byte[], byte[]> images = consumer(name);
                AheadLimit limit = AheadLimit.none()) {
            limit.took(0, 1_000);
            limit.apply(images, Set.of());

            assertThat(limit.room(0, false)).isEqualTo(Long.MAX_VALUE);
            assertThat(images.paused()).isEmpty();
        }
    }

    private static String topics(String test) {
        String name = "ahead-limit." + test;
        RealBroker.create(Topic.IMAGES, name + ".images", 2);
        RealBroker.create(Topic.VIEWS, name + ".views", 2);
        return name;
    }

    private static TopicPartition image(String name, int partition) {
        return new TopicPartition(name + ".images", partition);
    }

    private static TopicPartition view(String name, int partition) {
        return new TopicPartition(name + ".views", partition);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String name) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                RealBroker.connection().with(Map.of("enable.auto.commit", false)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(Set.of(image(name, 0), image(name, 1)));
        return consumer;
    }

    private static AheadLimit limit(String name) {
        Properties connection = new Properties();
        connection.putAll(RealBroker.connection().properties());
        return AheadLimit.of(new UnreadViews(connection, name + ".views", name), SHARE);
    }

    private static void commit(String name, int partition, long offset) throws Exception {
        try (Admin admin = Admin.create(RealBroker.connection().with(Map.of()))) {
            admin.alterConsumerGroupOffsets(name, Map.of(view(name, partition), new OffsetAndMetadata(offset)))
                    .all()
                    .get();
        }
    }
}
