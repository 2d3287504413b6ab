package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.settings.SaveEvery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SaveClockTest {

    @Test
    void aFastRunIsSavedBySteps() {
        assertThat(saved(new SaveEvery(500, Duration.ofMinutes(10)), 0.05, 1500, true))
                .containsExactly(500L, 1000L, 1500L);
    }

    @Test
    void aSlowRunIsSavedAfterItsFirstMinuteAndThenByTime() {
        assertThat(saved(new SaveEvery(500, Duration.ofMinutes(10)), 40, 40, true))
                .containsExactly(2L, 17L, 32L);
    }

    @Test
    void aRunThatGoesOnIsSavedByTimeFromThen() {
        assertThat(saved(new SaveEvery(0, Duration.ofMinutes(5)), 60, 12, false))
                .containsExactly(5L, 10L);
    }

    @Test
    void stepsAloneKnowNoTime() {
        assertThat(saved(SaveEvery.steps(7), 3600, 20, true)).containsExactly(7L, 14L);
    }

    @Test
    void aTimeBelowAMinuteCountsForTheFirstToo() {
        assertThat(saved(new SaveEvery(0, Duration.ofSeconds(20)), 10, 6, true)).containsExactly(2L, 4L, 6L);
    }

    /** The steps that are saved of a run whose steps take so long. */
    private List<Long> saved(SaveEvery every, double secondsEach, int steps, boolean nothingSaved) {
        long[] nanos = new long[1];
        SaveClock clock = new SaveClock(every, () -> nanos[0], nothingSaved);
        List<Long> saved = new ArrayList<>();
        for (long step = 1; step <= steps; step++) {
            nanos[0] += (long) (secondsEach * 1e9);
            if (clock.isDue(step)) {
                clock.saved();
                saved.add(step);
            }
        }
        return saved;
    }
}
