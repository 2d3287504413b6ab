package io.streamclr.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.bench.TrainBenchmark.Figures;
import io.streamclr.trainer.bench.TrainBenchmark.Setting;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.step.StepParts.Part;
import io.streamclr.trainer.torch.TorchDevice;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class TrainBenchmarkTest {

    private static final int PAIRS = 16;

    private static Figures measured(int chunk, int remembered, int devices) {
        return TrainBenchmark.run(
                new Setting(
                        TrainBenchmark.network(Stem.SMALL2, Precision.FLOAT32).plan(),
                        TrainBenchmark.SIDE,
                        PAIRS,
                        chunk,
                        remembered,
                        1,
                        Collections.nCopies(devices, TorchDevice.CPU)),
                2);
    }

    @Test
    void aStepSpendsItsTimeInNativeOperators() {
        Figures figures = TrainBenchmark.run(Setting.usual(Stem.SMALL2, Precision.FLOAT32, 1), 2);

        assertThat(figures.pairsPerSecond()).isPositive();
        assertThat(figures.outsideNativeShare()).isBetween(0.0, 0.1);
        assertThat(figures.shares()).containsOnlyKeys(Part.values());
        assertThat(figures.shares().get(Part.FORWARD)).isPositive();
        assertThat(figures.shares().get(Part.BACKWARD))
                .isGreaterThan(figures.shares().get(Part.LOSS))
                .isGreaterThan(figures.shares().get(Part.COPIES));
        assertThat(figures.shares().get(Part.SECOND_FORWARD)).isZero();
        assertThat(figures.shares().get(Part.WAITING)).isZero();
        assertThat(figures.shares().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum())
                .isBetween(0.9, 1.0);
    }

    @Test
    void theSecondWayForwardOfChunksThatAreNotRememberedIsSeenApart() {
        assertThat(measured(8, 1, 1).shares().get(Part.SECOND_FORWARD)).isPositive();
        assertThat(measured(8, 4, 1).shares().get(Part.SECOND_FORWARD)).isZero();
    }

    @Test
    void devicesWaitForEachOther() {
        assertThat(measured(32, 1, 2).shares().get(Part.WAITING)).isPositive();
    }
}
