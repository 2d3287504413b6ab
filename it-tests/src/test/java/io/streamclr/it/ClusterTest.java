package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers, a JobManager with two TaskManagers, and two trainers, each a process, as they run on many machines. */
class ClusterTest {

    @TempDir
    static Path home;

    private static KafkaCluster kafka;

    @TempDir
    Path folder;

    @BeforeAll
    static void startTheBrokers() throws Exception {
        kafka = KafkaCluster.start(home);
    }

    @AfterAll
    static void endTheBrokers() {
        kafka.close();
    }

    /** The job writes in transactions; {@link ChaosTest} has one that does not. */
    @Test
    void processesAreLostUnderLoadAndABrokerComesBackAndNothingIsMissingOrTwiceOrDifferent() throws Exception {
        new ChaosRun(4_000, 33, 4, 0, true).requireNoTrace(folder, kafka, "first", "second");
    }

    @Test
    void aTopicIsThereWhicheverBrokerIsAskedOnceItIsCreated() throws Exception {
        createAndAsk("fresh.", 40);
    }

    @Test
    @Tag("long")
    void aTopicIsThereWhicheverBrokerIsAskedHoweverManyAreCreated() throws Exception {
        createAndAsk("many.", 300);
    }

    private static void createAndAsk(String prefix, int rounds) throws Exception {
        kafka.awaitInSync();
        try (Topics topics = Topics.at(kafka.connection());
                Topics others = Topics.at(kafka.connection())) {
            for (int round = 0; round < rounds; round++) {
                String topic = prefix + round;

                assertThat(topics.create(Topic.BATCHES, topic, 1)).isTrue();

                assertThat(others.require(topic)).isEqualTo(1);
                assertThat(others.end(topic)).containsExactly(Map.entry(0, 0L));
            }
        }
    }
}
