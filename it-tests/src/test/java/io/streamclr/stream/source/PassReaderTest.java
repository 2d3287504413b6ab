package io.streamclr.stream.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.it.RealBroker;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What one subtask reads from a real topic, fetch by fetch. */
@ExtendWith(RealBroker.class)
@Timeout(60)
class PassReaderTest {

    /** What fetches gave, in their order, and the splits that they let go of. */
    private record Taken(List<RawImage> images, List<String> finished) {

        List<String> places(int partition) {
            return images.stream()
                    .filter(image -> image.partition() == partition)
                    .map(image -> image.pass() + ":" + image.offset())
                    .toList();
        }
    }

    @Test
    void readsEachPartitionAsOftenAsThereArePassesAndThenLetsGoOfIt() throws Exception {
        String topic = topic("passes", 2);
        RealBroker.sendBytes(topic, 0, 40);
        RealBroker.sendBytes(topic, 1, 3);

        try (PassReader reader = reader(topic, new Passes(3, false), AheadLimit.none())) {
            add(reader, PartitionSplit.unread(topic, 0, 0, 40), PartitionSplit.unread(topic, 1, 0, 3));
            Taken taken = takeUntilFinished(reader, 2);

            assertThat(taken.places(0)).isEqualTo(places(0, 3, 0, 40));
            assertThat(taken.places(1)).isEqualTo(places(0, 3, 0, 3));
            assertThat(taken.finished()).containsExactlyInAnyOrder("0", "1");
        }
    }

    @Test
    void aPassIsOverAfterTheMarkOfATransactionThatNobodySees() throws Exception {
        String topic = topic("marks", 1);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                RealBroker.connection().with(Map.of("transactional.id", "images-in-transactions")),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, new byte[] {1})).get();
            producer.send(new ProducerRecord<>(topic, new byte[] {2})).get();
            producer.commitTransaction();
        }

        try (PassReader reader = reader(topic, new Passes(2, false), AheadLimit.none())) {
            add(reader, PartitionSplit.unread(topic, 0, 0, 3));

            assertThat(takeUntilFinished(reader, 1).places(0)).containsExactly("0:0", "0:1", "1:0", "1:1");
        }
    }

    @Test
    void allPassesOverNothingAreOverAtOnce() throws Exception {
        String topic = topic("nothing", 1);

        try (PassReader reader = reader(topic, new Passes(1_000, false), AheadLimit.none())) {
            add(reader, PartitionSplit.unread(topic, 0, 0, 0));

            assertThat(takeUntilFinished(reader, 1).images()).isEmpty();
        }
    }

    @Test
    void goesOnInTheMiddleOfAPassWhereItIsConfiguredTo() throws Exception {
        String topic = topic("middle", 1);
        RealBroker.sendBytes(topic, 0, 10);

        try (PassReader reader = reader(topic, new Passes(3, false), AheadLimit.none())) {
            add(reader, PartitionSplit.unread(topic, 0, 2, 8).at(1, 6));

            assertThat(takeUntilFinished(reader, 1).places(0))
                    .isEqualTo(concat(places(1, 2, 6, 8), places(2, 3, 2, 8)));
        }
    }

    @Test
    void theLastPassGoesOnAfterTheEndWhereItFollows() throws Exception {
        String topic = topic("follows", 1);
        RealBroker.sendBytes(topic, 0, 4);

        try (PassReader reader = reader(topic, new Passes(2, true), AheadLimit.none())) {
            add(reader, PartitionSplit.unread(topic, 0, 0, 4));
            Taken taken = new Taken(new ArrayList<>(), new ArrayList<>());
            take(reader, taken, 8);
            RealBroker.sendBytes(topic, 0, 2);
            take(reader, taken, 10);

            assertThat(taken.places(0)).isEqualTo(concat(places(0, 1, 0, 4), places(1, 2, 0, 6)));
            assertThat(taken.finished()).isEmpty();
        }
    }

    @Test
    void readsNoMoreThanThereIsRoomForAndMissesNothingWhenThereIsRoomAgain() throws Exception {
        String topic = topic("room", 1);
        String views = topic + ".views";
        RealBroker.create(Topic.VIEWS, views, 1);
        RealBroker.sendBytes(topic, 0, 100);
        AheadLimit limit =
                AheadLimit.of(new UnreadViews(properties(), views, "room-reader"), 10); // refreshed 10 times a second

        try (PassReader reader = reader(topic, Passes.once(), limit)) {
            add(reader, PartitionSplit.unread(topic, 0, 0, 100));
            Taken taken = new Taken(new ArrayList<>(), new ArrayList<>());
            while (taken.finished().isEmpty()) {
                int before = taken.images().size();
                collect(reader.fetch(), taken);

                assertThat(taken.images().size() - before).isLessThanOrEqualTo(10);
            }

            assertThat(taken.places(0)).isEqualTo(places(0, 1, 0, 100));
        }
    }

    @Test
    void aRecordWithoutAValueIsAnImageOfNoBytes() throws Exception {
        String topic = topic("empty", 1);
        RealBroker.send(topic, 0, new byte[] {1}, null);

        try (PassReader reader = reader(topic, Passes.once(), AheadLimit.none())) {
            add(reader, PartitionSplit.unread(topic, 0, 0, 1));

            assertThat(takeUntilFinished(reader, 1).images())
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("arrivedAt")
                    .containsExactly(new RawImage(0, 0, 0, -1, new byte[0]));
        }
    }

    @Test
    void imagesThatAreGoneEndTheJobForGood() throws Exception {
        String topic = topic("gone", 1);
        RealBroker.sendBytes(topic, 0, 5);
        try (Admin admin = Admin.create(RealBroker.connection().with(Map.of()))) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(3)))
                    .all()
                    .get();
        }

        try (PassReader reader = reader(topic, Passes.once(), AheadLimit.none())) {
            add(reader, PartitionSplit.unread(topic, 0, 0, 5));

            assertThatThrownBy(() -> takeUntilFinished(reader, 1))
                    .isInstanceOf(SuppressRestartsException.class)
                    .cause()
                    .isInstanceOf(RefusalException.class)
                    .hasMessageStartingWith("Topic " + topic + " no longer holds the images to go on from (")
                    .hasMessageEndingWith("); keep it longer (retention.ms) or start anew without the checkpoints");
        }
    }

    @Test
    void aCheckpointOfAnotherTopicIsRefused() throws Exception {
        String topic = topic("this", 1);

        try (PassReader reader = reader(topic, Passes.once(), AheadLimit.none())) {
            assertThatThrownBy(() -> add(reader, PartitionSplit.unread("that", 0, 0, 5)))
                    .isInstanceOf(SuppressRestartsException.class)
                    .cause()
                    .hasMessage("The checkpoint is of topic that, but the job reads " + topic
                            + "; name another folder of checkpoints");
        }
    }

    private static String topic(String name, int partitions) {
        String topic = "pass-reader." + name;
        RealBroker.create(Topic.IMAGES, topic, partitions);
        return topic;
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.putAll(RealBroker.connection().properties());
        return properties;
    }

    private static PassReader reader(String topic, Passes passes, AheadLimit limit) {
        Properties settings = properties();
        settings.putAll(Map.of(
                "enable.auto.commit", "false",
                "auto.offset.reset", "none",
                "isolation.level", "read_committed",
                "max.poll.records", "32"));
        return new PassReader(settings, topic, passes, limit);
    }

    private static void add(PassReader reader, PartitionSplit... splits) {
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(splits)));
    }

    private static Taken takeUntilFinished(PassReader reader, int splits) throws Exception {
        Taken taken = new Taken(new ArrayList<>(), new ArrayList<>());
        while (taken.finished().size() < splits) {
            collect(reader.fetch(), taken);
        }
        return taken;
    }

    private static void take(PassReader reader, Taken into, int images) throws Exception {
        while (into.images().size() < images) {
            collect(reader.fetch(), into);
        }
    }

    private static void collect(RecordsWithSplitIds<RawImage> records, Taken into) {
        while (records.nextSplit() != null) {
            for (RawImage image = records.nextRecordFromSplit(); image != null; image = records.nextRecordFromSplit()) {
                into.images().add(image);
            }
        }
        into.finished().addAll(records.finishedSplits());
    }

    private static List<String> places(int fromPass, int toPass, long from, long to) {
        return IntStream.range(fromPass, toPass)
                .boxed()
                .flatMap(pass -> LongStream.range(from, to).mapToObj(offset -> pass + ":" + offset))
                .toList();
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
