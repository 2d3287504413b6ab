package io.streamclr.console.drift;

import static io.streamclr.console.drift.DriftAlarm.Change.NONE;
import static io.streamclr.console.drift.DriftAlarm.Change.OVER;
import static io.streamclr.console.drift.DriftAlarm.Change.OVER_BY_SWITCH;
import static io.streamclr.console.drift.DriftAlarm.Change.RAISED;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.console.drift.DriftAlarm.Change;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class DriftAlarmTest {

    private static final double TOO_FEW = -1;

    private final DriftAlarm alarm = new DriftAlarm(0.001, 3);

    @Test
    void threeWindowsInARowRaiseItOnceAndThreeEndItOnce() {
        assertThat(take(0.001, 0.0005, 0.001, 0.001, 0.001, 0.001))
                .containsExactly(NONE, NONE, RAISED, NONE, NONE, NONE);
        assertThat(alarm.isRaised()).isTrue();
        assertThat(take(0.5, 0.002, 0.4, 0.3, 0.9, 0.8)).containsExactly(NONE, NONE, OVER, NONE, NONE, NONE);
        assertThat(alarm.isRaised()).isFalse();
    }

    @Test
    void aWindowBetweenThatSaysOtherwiseOrNothingBreaksTheRow() {
        assertThat(take(0.001, 0.001, 0.002, 0.001, 0.001, TOO_FEW, 0.001, 0.001))
                .containsOnly(NONE);
        assertThat(take(0.001)).containsExactly(RAISED);
        assertThat(take(0.5, 0.5, 0.001, 0.5, 0.5, TOO_FEW, 0.5, 0.5)).containsOnly(NONE);
        assertThat(take(0.5)).containsExactly(OVER);
    }

    @Test
    void tooFewImagesNeitherRaiseNorEndIt() {
        assertThat(take(TOO_FEW, TOO_FEW, TOO_FEW, TOO_FEW)).containsOnly(NONE);
        take(0.001, 0.001, 0.001);
        assertThat(take(TOO_FEW, TOO_FEW, TOO_FEW, TOO_FEW)).containsOnly(NONE);
        assertThat(alarm.isRaised()).isTrue();
    }

    @Test
    void anotherEncoderEndsItAndBeginsTheRowAnew() {
        take(0.001, 0.001);
        assertThat(alarm.take("other", OptionalDouble.of(0.001))).isEqualTo(NONE);
        assertThat(alarm.take("other", OptionalDouble.of(0.001))).isEqualTo(NONE);
        assertThat(alarm.take("other", OptionalDouble.of(0.001))).isEqualTo(RAISED);
        assertThat(alarm.take("third", OptionalDouble.empty())).isEqualTo(OVER_BY_SWITCH);
        assertThat(alarm.isRaised()).isFalse();
    }

    private List<Change> take(double... pValues) {
        return Arrays.stream(pValues)
                .mapToObj(p -> alarm.take("one", p == TOO_FEW ? OptionalDouble.empty() : OptionalDouble.of(p)))
                .toList();
    }
}
