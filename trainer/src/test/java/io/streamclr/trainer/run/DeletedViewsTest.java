package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.views.ViewConsumer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views that are deleted once every run has saved what it learned from them. */
class DeletedViewsTest {

    private static final int PAIRS = 400;
    private static final int BATCH = SmallRuns.BATCH;

    private static SmallRuns runs;

    @TempDir
    private Path checkpoints;

    @BeforeAll
    static void startABrokerWithViews() throws Exception {
        runs = SmallRuns.start(PAIRS);
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    @Test
    void viewsThatEveryRunHasSavedAreDeletedWhereAskedAndEveryRunGoesOn() throws Exception {
        runs.createViews("consumed");
        runs.send("consumed", 0, 60 * BATCH, SmallRuns.RECIPE);
        String options = "--views-topic consumed --steps ";
        runs.train(checkpoints, "slow", options + 4);

        consume("fast", options + 40);
        Map<Integer, Long> heldBySlow = begin("consumed");
        Outcome slow = consume("slow", options + 20);
        Map<Integer, Long> heldByBoth = begin("consumed");
        Outcome fast = consume("fast", options + 42);
        Outcome undisturbed = runs.train(checkpoints, "undisturbed-slow", "--steps 20");

        long each = BATCH / 2; // a batch has as many of both partitions, and the last view that was read stays
        assertThat(heldBySlow).isEqualTo(Map.of(0, 4 * each - 1, 1, 4 * each - 1));
        assertThat(heldByBoth).isEqualTo(Map.of(0, 20 * each - 1, 1, 20 * each - 1));
        assertThat(fast.step()).isEqualTo(42);
        assertThat(SmallRuns.tensors(slow)).isEqualTo(SmallRuns.tensors(undisturbed));
        TrainConfig late = runs.config(checkpoints, "late", options + 30);
        assertThatThrownBy(() -> Branch.of("slow@15", checkpoints, KafkaConnection.to(runs.address()))
                        .begin(late))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("Run late cannot branch off at slow@15: ");
        assertThat(checkpoints.resolve("late")).doesNotExist();
    }

    @Test
    void aReaderThatHasShownNothingOfWhatItNeedsKeepsAllViews() throws Exception {
        runs.createViews("held");
        runs.send("held", 0, 60 * BATCH, SmallRuns.RECIPE);
        try (KafkaConsumer<?, ?> older = ViewConsumer.of(
                KafkaConnection.to(runs.address()),
                ViewConsumer.partitions("held", 2),
                Map.of("group.id", "streamclr-trainer-older"))) {
            older.commitSync(Map.of(new TopicPartition("held", 0), new OffsetAndMetadata(100)));
        }

        consume("alone", "--views-topic held --steps 20");

        assertThat(begin("held")).isEqualTo(Map.of(0, 0L, 1, 0L));

        try (Admin admin = Admin.create(KafkaConnection.to(runs.address()).with(Map.of()))) {
            admin.deleteConsumerGroups(List.of("streamclr-trainer-older")).all().get(30, TimeUnit.SECONDS);
        }
        consume("alone", "--views-topic held --steps 22");

        long kept = 22L * BATCH / 2 - 1;
        assertThat(begin("held")).isEqualTo(Map.of(0, kept, 1, kept));
    }

    private Outcome consume(String run, String options) throws InterruptedException {
        return new Training(runs.config(checkpoints, run, options), new SimpleMeterRegistry())
                .deletingConsumedViews()
                .run(report -> {});
    }

    private static Map<Integer, Long> begin(String topic) {
        try (Topics topics = Topics.at(KafkaConnection.to(runs.address()))) {
            return topics.beginning(topic);
        }
    }
}
