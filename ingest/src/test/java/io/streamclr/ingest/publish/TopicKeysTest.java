package io.streamclr.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.wire.ImageClass;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class TopicKeysTest {

    private static final TopicPartition FIRST = new TopicPartition("images", 0);
    private static final TopicPartition SECOND = new TopicPartition("images", 1);
    private static final ImageId ONE = new ImageId(1, 2);
    private static final ImageId OTHER = new ImageId(-3, 4);

    private Headers headersOfLast;
    private final ImageIdSet ids = ImageIdSet.expecting(0);
    private final List<Long> hashes = new ArrayList<>();
    private final MockConsumer<byte[], ImageClass> consumer = new MockConsumer<>("earliest");

    @Test
    void theKeysOfEveryPartitionAreFoundAndOtherPeoplesKeysPassedOver() {
        consumer.schedulePollTask(() -> {
            consumer.updateBeginningOffsets(Map.of(FIRST, 5L, SECOND, 0L));
            add(FIRST, 5, ONE.toString());
            add(FIRST, 6, "a key of somebody else");
            add(FIRST, 7, "0123456789abcdef0123456789abcdeX");
            add(FIRST, 8, null);
            add(SECOND, 0, OTHER.toString());
            PictureHashHeader.put(-77, headersOfLast);
        });

        consumer.assign(List.of(FIRST, SECOND));
        consumer.seek(FIRST, 5);
        consumer.seek(SECOND, 0);

        TopicKeys.drain(
                consumer,
                Map.of(FIRST, 9L, SECOND, 1L),
                5,
                (id, partition, offset) -> ids.add(id),
                hashes::add,
                (read, total) -> {});

        assertThat(ids.contains(ONE)).isTrue();
        assertThat(ids.contains(OTHER)).isTrue();
        assertThat(ids.size()).isEqualTo(2);
        assertThat(hashes).containsExactly(-77L);
    }

    @Test
    void readingEndsWhereTheTopicEndedWhenItBegan() {
        consumer.schedulePollTask(() -> {
            consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
            add(FIRST, 0, ONE.toString());
            add(SECOND, 0, OTHER.toString());
        });
        consumer.schedulePollTask(() -> {
            throw new AssertionError("Both partitions were read to their ends");
        });

        consumer.assign(List.of(FIRST, SECOND));
        consumer.seek(FIRST, 0);
        consumer.seek(SECOND, 0);

        TopicKeys.drain(
                consumer,
                Map.of(FIRST, 1L, SECOND, 1L),
                2,
                (id, partition, offset) -> ids.add(id),
                hashes::add,
                (read, total) -> {
                    assertThat(List.of(read, total)).containsExactly(2L, 2L);
                });

        assertThat(ids.size()).isEqualTo(2);
    }

    @Test
    void anIdWithoutAValueIsNoImage() {
        consumer.schedulePollTask(() -> {
            consumer.updateBeginningOffsets(Map.of(FIRST, 0L));
            add(FIRST, 0, ONE.toString(), ConsumerRecord.NULL_SIZE);
        });
        consumer.assign(List.of(FIRST));
        consumer.seek(FIRST, 0);

        TopicKeys.drain(
                consumer,
                Map.of(FIRST, 1L),
                1,
                (id, partition, offset) -> ids.add(id),
                hashes::add,
                (read, total) -> {});

        assertThat(ids.size()).isZero();
    }

    private void add(TopicPartition partition, long offset, String key) {
        add(partition, offset, key, 5);
    }

    private void add(TopicPartition partition, long offset, String key, int valueSize) {
        ConsumerRecord<byte[], ImageClass> record = new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                ConsumerRecord.NO_TIMESTAMP,
                TimestampType.NO_TIMESTAMP_TYPE,
                key == null ? ConsumerRecord.NULL_SIZE : key.length(),
                valueSize,
                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                null,
                new RecordHeaders(),
                Optional.empty());
        headersOfLast = record.headers();
        consumer.addRecord(record);
    }
}
