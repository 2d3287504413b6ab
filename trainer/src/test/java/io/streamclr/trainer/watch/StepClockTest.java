package io.streamclr.trainer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.watch.TrainingListener.Computing;
import org.junit.jupiter.api.Test;

class StepClockTest {

    private long now;
    private final StepClock clock = new StepClock(() -> now);

    @Test
    void theFirstStepIsSaidAtOnceAndEstimatedAsSoonAsItsFirstChunkIsDone() {
        Computing begun = clock.begin(1).orElseThrow();
        pass(2);
        Computing estimated = clock.passed(1, 20).orElseThrow();

        assertThat(begun.words()).isEqualTo("computing step 1");
        assertThat(estimated.words()).isEqualTo("computing step 1, about 40 s a step");
    }

    @Test
    void whatHappensOnceIsNotCountedForTheChunksToCome() {
        clock.begin(1);
        pass(30); // finds out how to compute
        clock.passed(1, 11);
        pass(2);

        assertThat(clock.passed(2, 11).orElseThrow().words()).isEqualTo("computing step 1, about 50 s a step");
    }

    @Test
    void aStepAfterALongOneIsSaidAtOnceToTakeAsLong() {
        clock.begin(7);
        pass(150);
        clock.end();

        assertThat(clock.begin(8).orElseThrow().words()).isEqualTo("computing step 8, about 3 min a step");
    }

    @Test
    void whatHappenedOnceInTheFirstStepIsNotSaidOfTheSecond() {
        clock.begin(1);
        pass(62); // 60 to find out how to compute
        clock.passed(1, 3);
        pass(4);
        clock.passed(3, 3);

        assertThat(clock.end()).isEqualTo(66);
        assertThat(clock.begin(2).orElseThrow().words()).isEqualTo("computing step 2, about 6.0 s a step");
    }

    @Test
    void stepsThatAreOverInAMomentAreNotSaid() {
        clock.begin(1);
        pass(0.5);
        clock.end();

        assertThat(clock.begin(2)).isEmpty();
        pass(0.2);
        assertThat(clock.passed(1, 3)).isEmpty();
    }

    @Test
    void aStepThatLastsUnlikeTheOneBeforeIsSaidOnceASecond() {
        clock.begin(1);
        pass(0.5);
        clock.end();
        clock.begin(2);
        pass(4);

        assertThat(clock.passed(1, 9)).isPresent();
        pass(0.5);
        assertThat(clock.passed(2, 9)).isEmpty();
        pass(0.6);
        assertThat(clock.passed(3, 9)).isPresent();
    }

    private void pass(double seconds) {
        now += (long) (seconds * 1e9);
    }
}
