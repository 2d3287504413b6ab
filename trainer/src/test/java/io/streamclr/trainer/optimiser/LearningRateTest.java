package io.streamclr.trainer.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.optimiser.LearningRate.Decay;
import org.junit.jupiter.api.Test;

class LearningRateTest {

    @Test
    void warmsUpInAStraightLineAndStays() {
        LearningRate rate = LearningRate.constant(0.8, 4);

        assertThat(new double[] {rate.at(1), rate.at(2), rate.at(4), rate.at(1_000_000)})
                .containsExactly(0.2, 0.4, 0.8, 0.8);
    }

    @Test
    void theCosineIsHalfInTheMiddleAndNothingAfterTheEnd() {
        LearningRate rate = LearningRate.cosine(1, 0, 9);

        assertThat(rate.at(5)).isCloseTo(0.5, within(1e-12));
        assertThat(rate.at(9)).isGreaterThan(0);
        assertThat(rate.at(10)).isZero();
        assertThat(rate.lastStep()).isEqualTo(9);
    }

    @Test
    void aCoolDownBeginsWhereItIsAskedForAndEndsAboveNothing() {
        LearningRate rate = LearningRate.constant(1, 0).coolingDown(100, 4, Decay.LINEAR);

        assertThat(rate.at(100)).isEqualTo(1);
        assertThat(rate.at(101)).isCloseTo(0.8, within(1e-12));
        assertThat(rate.at(104)).isCloseTo(0.2, within(1e-12));
        assertThat(rate.at(105)).isZero();
        assertThat(rate.lastStep()).isEqualTo(104);
    }

    @Test
    void theSquareRootFallsEarly() {
        LearningRate rate = LearningRate.constant(1, 0).coolingDown(0, 3, Decay.SQRT);

        assertThat(rate.at(1)).isCloseTo(0.5, within(1e-12)); // a quarter of the way
    }

    @Test
    void scalesWithTheBatchAsTheReferenceDoes() {
        assertThat(LearningRate.linearlyScaled(0.3, 4096)).isCloseTo(4.8, within(1e-12));
        assertThat(LearningRate.rootScaled(0.075, 4096)).isCloseTo(4.8, within(1e-12));
    }

    @Test
    void aCosineWithoutRoomAfterTheWarmUpIsNone() {
        assertThatThrownBy(() -> LearningRate.cosine(1, 10, 10))
                .hasMessage("A cosine needs an end after the warm-up of 10 steps, not 10 steps");
    }
}
