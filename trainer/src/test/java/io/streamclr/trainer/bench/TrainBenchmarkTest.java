package io.streamclr.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.bench.TrainBenchmark.Figures;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import org.junit.jupiter.api.Test;

class TrainBenchmarkTest {

    @Test
    void aStepSpendsItsTimeInNativeOperators() {
        Figures figures = TrainBenchmark.run(TrainBenchmark.Setting.usual(Stem.SMALL2, Precision.FLOAT32, 1), 2);

        assertThat(figures.pairsPerSecond()).isPositive();
        assertThat(figures.outsideNativeShare()).isBetween(0.0, 0.1);
    }
}
