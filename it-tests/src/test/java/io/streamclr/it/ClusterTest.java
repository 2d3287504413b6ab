package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.AugmentJob;
import io.streamclr.it.SmallSystem.TrainingPlan;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.stream.start.RunningJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers and two trainers, each a process, as they run on many machines; {@link ChaosTest} has a Flink cluster. */
class ClusterTest {

    private static final int IMAGES = 4_000;
    private static final TrainingPlan TRAINING = new TrainingPlan(120, 33, 4);
    private static final List<String> RUNS = List.of("first", "second");
    private static final Duration PATIENCE = Duration.ofMinutes(4);

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

    @Test
    void aBrokerIsLostUnderLoadAndComesBackAndNothingIsMissingOrTwiceOrDifferent() throws Exception {
        SmallSystem.createTopics(kafka.connection());
        SentImages sent = SentImages.oneBadIn(
                100, kafka.connection(), SmallSystem.IMAGES, SmallSystem.PARTITIONS, IMAGES, SmallSystem.SIDE);
        trainWhileABrokerIsLost();
        kafka.awaitInSync();
        SmallSystem.drawUndisturbed(kafka.connection());

        Ledger ledger = new Ledger(kafka.connection());
        Ledger.Views views = ledger.views(SmallSystem.VIEWS);
        for (String run : RUNS) {
            assertThat(ledger.trained(
                            ledger.steps(SmallSystem.BATCHES, run),
                            views,
                            TRAINING.batchPairs(),
                            TRAINING.blockBatches()))
                    .as(run)
                    .isEqualTo(sent.onceEach());
        }
        assertThat(ledger.rejects(SmallSystem.REJECTS)).isEqualTo(sent.bad());
        assertThat(views.digest())
                .isEqualTo(ledger.views(SmallSystem.CALM_VIEWS).digest());
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

    private void trainWhileABrokerIsLost() throws Exception {
        try (LoggedSteps logged = LoggedSteps.in(kafka.connection(), SmallSystem.BATCHES)) {
            RunningJob job =
                    AugmentJob.start(SmallSystem.job(kafka.connection(), folder.resolve("job"), TRAINING, RUNS.get(0))
                            .withParallelism(3));
            List<OwnJvm> trainers = new ArrayList<>();
            for (String run : RUNS) {
                trainers.add(
                        SmallSystem.startTrainer(kafka.connection(), run, TRAINING, folder.resolve("checkpoints")));
            }

            awaitLogged(logged, TRAINING.steps() / 2, trainers);
            int lost = kafka.leader(SmallSystem.VIEWS, 0);
            kafka.lose(lost);
            awaitLogged(logged, TRAINING.steps(), trainers);
            kafka.startAgain(lost);
            for (OwnJvm trainer : trainers) {
                trainer.awaitEnd(PATIENCE);
                assertThat(trainer.exitCode()).as(trainer::lastWords).isZero();
            }
            job.stop();
        }
    }

    /** Waits until all trainers together have logged so many steps. */
    private static void awaitLogged(LoggedSteps logged, long steps, List<OwnJvm> trainers) {
        Awaitility.await().atMost(PATIENCE).until(() -> {
            for (OwnJvm trainer : trainers) {
                assertThat(trainer.isAlive()).as(trainer::lastWords).isTrue();
            }
            return logged.count() >= steps;
        });
    }
}
