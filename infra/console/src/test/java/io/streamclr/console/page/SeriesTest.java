package io.streamclr.console.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SeriesTest {

    @Test
    void aShortCurveIsKeptAsItIs() {
        Series series = new Series();
        for (int i = 1; i <= Series.MOST_POINTS; i++) {
            assertThat(series.add(i, 10 * i)).isTrue();
        }

        assertThat(series.x()).hasSize(Series.MOST_POINTS).startsWith(1, 2, 3);
        assertThat(series.y()).startsWith(10, 20, 30).endsWith(10 * Series.MOST_POINTS);
    }

    @Test
    void aLongCurveStaysBoundedKeepsItsMeanAndReachesFromFirstToLast() {
        Series series = new Series();
        int values = 64 * Series.MOST_POINTS;

        for (int i = 1; i <= values; i++) {
            series.add(i, i);
        }

        assertThat(series.x().length).isBetween(Series.MOST_POINTS / 2, Series.MOST_POINTS);
        assertThat(Arrays.stream(series.y()).average().orElseThrow()).isCloseTo((values + 1) / 2.0, within(1e-6));
        assertThat(series.x()).isSorted().endsWith(values);
        assertThat(series.x()[0]).isLessThanOrEqualTo(128);
    }

    @Test
    void everyPartOfARunHasItsShareOfTheCurveHoweverDenselyItWasTold() {
        Series series = new Series();
        for (int step = 10; step <= 10_000; step += 10) {
            series.add(step, 1);
        }

        for (int step = 10_001; step <= 20_000; step++) {
            series.add(step, 1);
        }

        long ofTheFirstHalf = Arrays.stream(series.x()).filter(x -> x <= 10_000).count();
        assertThat((double) ofTheFirstHalf / series.x().length).isBetween(0.4, 0.6);
    }

    @Test
    void whatIsForgottenIsGoneFromThatPlaceOn() {
        Series series = new Series();
        for (int i = 1; i <= 10; i++) {
            series.add(i, i);
        }

        assertThat(series.forgetFrom(7)).isTrue();
        assertThat(series.forgetFrom(7)).isFalse();
        series.add(7, 70);

        assertThat(series.x()).containsExactly(1, 2, 3, 4, 5, 6, 7);
        assertThat(series.y()).endsWith(6, 70);
    }

    @Test
    void whatIsNoNumberIsPassedOver() {
        Series series = new Series();
        series.add(1, 5);

        assertThat(series.add(2, Double.NaN)).isFalse();
        assertThat(series.add(3, Double.POSITIVE_INFINITY)).isFalse();

        assertThat(series.y()).containsExactly(5);
    }
}
