package io.streamclr.trainer.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.OpenTransaction;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.trainer.feed.TestBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Owners of one run, on a real broker. */
class RunOwnerTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static TestBroker broker;

    private String topic;

    @BeforeAll
    static void startABroker() throws Exception {
        broker = TestBroker.shared();
    }

    @AfterAll
    static void stopTheBroker() {
        broker.close();
    }

    @BeforeEach
    void createATopic() {
        topic = "owned-" + NUMBER.incrementAndGet();
        create();
    }

    private void create() {
        try (Topics topics = Topics.at(broker.connection())) {
            topics.create(Topic.BATCHES, topic, 1);
        }
    }

    @Test
    void whoBeginsLaterTakesOverAndTheOneBeforeWritesNothingMore() throws Exception {
        try (RunOwner first = claimed("run");
                RunOwner second = RunOwner.of(broker.connection(), topic, "run")) {
            write(first, "1 of the first");
            second.claim();

            String sentence = "Run run was taken over by another trainer (process "
                    + ProcessHandle.current().pid() + " on ";
            assertThatThrownBy(() -> write(first, "2 of the first"))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageStartingWith(sentence);
            assertThatThrownBy(() -> first.require(true)).hasMessageStartingWith(sentence);
            assertThatThrownBy(() -> first.require(false)).hasMessageStartingWith(sentence);
            write(second, "2 of the second");
            second.require(false);
        }
        assertThat(entries()).containsExactly("1 of the first", "2 of the second");
    }

    @Test
    void whoWasKilledInATransactionIsFollowedAtOnceAndWhatItWroteCounts() throws Exception {
        try (RunOwner killed = claimed("run")) {
            write(killed, "1");
            long begin = System.nanoTime();
            try (RunOwner next = claimed("run")) {
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE);
                write(next, "2");
            }
        }
        assertThat(entries()).containsExactly("1", "2");
    }

    /** What is not committed is lost to readers of committed records when the next one ends the transaction. */
    @Test
    void whatIsWrittenAndCommittedIsThereForEverybodyAlthoughItsWriterIsReplaced() throws Exception {
        try (RunOwner first = claimed("run");
                RunOwner next = RunOwner.of(broker.connection(), topic, "run")) {
            write(first, "left open");
            assertThat(first.writeAndCommit(record("committed"), PATIENCE)).isPresent();
            write(first, "left open too");
            next.claim();
        }

        assertThat(entries("read_committed")).containsExactly("left open", "committed");
        assertThat(entries()).containsExactly("left open", "committed", "left open too");
    }

    @Test
    void runsOfOneTopicAndTopicsOfOneRunDoNotDisturbEachOther() throws Exception {
        String other = topic + "-a";
        try (Topics topics = Topics.at(broker.connection())) {
            topics.create(Topic.BATCHES, other, 1);
        }
        try (RunOwner one = claimed("a-b");
                RunOwner two = claimed("b");
                RunOwner three = RunOwner.of(broker.connection(), other, "b")) {
            three.claim();

            write(one, "of a-b");
            write(two, "of b");
            three.require(false);
        }
        assertThat(entries()).containsExactly("of a-b", "of b");
    }

    /** The broker fences so who was paused within a transaction for longer than a minute. */
    @Test
    void whoIsFencedAlthoughNobodyElseBeganGoesOn() throws Exception {
        try (RunOwner owner = claimed("run");
                Admin admin = Admin.create(broker.connection().with(Map.of()))) {
            write(owner, "1");
            admin.fenceProducers(Set.of("streamclr-run-" + topic + "/run"))
                    .all()
                    .get();

            write(owner, "2");
            owner.require(false);
            write(owner, "3");
        }
        assertThat(entries()).containsExactly("1", "2", "3");
    }

    @Test
    void aTransactionIsOpenForAMomentAndNotForALongWait() throws Exception {
        try (RunOwner owner = claimed("run");
                Topics topics = Topics.at(broker.connection())) {
            write(owner, "1");

            List<OpenTransaction> open = topics.openTransactions(topic);
            while (!open.isEmpty()) {
                assertThat(open.get(0).open()).isLessThan(OpenTransaction.USUAL);
                open = topics.openTransactions(topic);
            }
        }
    }

    @Test
    void aTopicThatWasMadeAnewIsNotGoneOnWith() throws Exception {
        try (RunOwner owner = claimed("run");
                Topics topics = Topics.at(broker.connection())) {
            for (int entry = 0; entry < 5; entry++) {
                write(owner, "before");
            }
            topics.delete(topic);
            Awaitility.await().until(() -> topics.partitions(topic).isEmpty());
            create();

            assertThatThrownBy(() -> {
                        for (int attempt = 0; attempt < 10; attempt++) {
                            owner.write(record("after"), PATIENCE);
                        }
                    })
                    .isInstanceOf(RefusalException.class)
                    .hasMessageContaining("the topic was deleted and made anew");
        }
    }

    @Test
    void aTopicThatIsCompactedAndSoForgetsBatchesIsRefused() throws Exception {
        try (Admin admin = Admin.create(broker.connection().with(Map.of()));
                RunOwner owner = RunOwner.of(broker.connection(), topic, "run")) {
            ConfigEntry compacted = new ConfigEntry("cleanup.policy", "compact");
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(compacted, AlterConfigOp.OpType.SET))))
                    .all()
                    .get();

            assertThatThrownBy(owner::claim)
                    .isInstanceOf(RefusalException.class)
                    .hasMessageStartingWith("Run run cannot be claimed in topic " + topic + ": ")
                    .hasMessageContaining("ompacted");
        }
    }

    private RunOwner claimed(String run) throws InterruptedException {
        RunOwner owner = RunOwner.of(broker.connection(), topic, run);
        owner.claim();
        return owner;
    }

    private void write(RunOwner owner, String text) throws InterruptedException {
        assertThat(owner.write(record(text), PATIENCE)).isPresent();
    }

    private ProducerRecord<byte[], byte[]> record(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topic, 0, bytes, bytes);
    }

    /** What has a key, as whoever reads batches sees it. */
    private List<String> entries() {
        return entries("read_uncommitted");
    }

    private List<String> entries(String isolation) {
        List<String> entries = new ArrayList<>();
        TopicPartition only = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                broker.connection().with(Map.of("enable.auto.commit", false, "isolation.level", isolation)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(only));
            consumer.seek(only, 0);
            long end = consumer.endOffsets(List.of(only)).get(only);
            while (consumer.position(only) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PATIENCE)) {
                    if (record.key() != null) {
                        entries.add(new String(record.key(), StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return entries;
    }
}
