package io.streamclr.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.view.Recipe;
import io.streamclr.ingest.classes.Labels;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.TrainConfig;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.TorchDevice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoPlanTest {

    @Test
    void halfOfTheThreadsTakeTheFirstViewsThroughTheNetworkAndHalfTheSecond() {
        assertThat(training(2).threads()).isEqualTo(1);
        assertThat(training(9).threads()).isEqualTo(4);
        assertThat(training(9).devices()).containsExactly(TorchDevice.CPU, TorchDevice.CPU);
    }

    @Test
    void aSingleThreadTakesAllViews() {
        assertThat(training(1).threads()).isEqualTo(1);
        assertThat(training(1).devices()).containsExactly(TorchDevice.CPU);
    }

    @Test
    void aRunIsNotGoneOnWithInAnotherNumberOfParts() {
        assertThat(plan(1).folder()).isNotEqualTo(plan(2).folder());
        assertThat(plan(2).folder()).isEqualTo(plan(16).folder());
    }

    @Test
    void theShareOfOnePartitionFillsABlock() {
        assertThat(plan(2).pairsAhead() / DemoPlan.PARTITIONS).isGreaterThan(8 * DemoPlan.BATCH_PAIRS);
    }

    private static TrainConfig training(int threads) {
        return plan(threads).training(KafkaConnection.to("127.0.0.1:1"));
    }

    private static DemoPlan plan(int threads) {
        return new DemoPlan(
                Path.of("home"),
                Path.of("images"),
                Labels.AUTO,
                true,
                Optional.empty(),
                Recipe.parse("grey"),
                Duration.ofMinutes(10),
                1,
                threads,
                Precision.FLOAT32,
                8,
                1);
    }
}
