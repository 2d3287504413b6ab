package io.streamclr.console.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeLeftTest {

    private long nanos;
    private final TimeLeft left = new TimeLeft(() -> nanos);

    private void pass(int seconds) {
        nanos += seconds * 1_000_000_000L;
    }

    @Test
    void beforeAnythingIsDoneWorkTakesWhatItUsuallyTakes() {
        left.plan("walk", 20);
        left.plan("run", 10);

        assertThat(left.left()).isEqualTo(Duration.ofSeconds(30));
        assertThat(left.percent()).isZero();
        assertThat(left.sentence()).isEqualTo("time not known yet");
    }

    @Test
    void whatIsDoneSaysHowLongTheRestTakes() {
        left.plan("walk", 20);
        left.plan("walk", 20);
        left.plan("run", 10);

        left.begin("walk", 20);
        pass(60);
        left.begin("walk", 20);

        assertThat(left.left()).as("all is three times as slow here").isEqualTo(Duration.ofSeconds(60 + 30));
        pass(20);
        assertThat(left.left()).isEqualTo(Duration.ofSeconds(40 + 30));
        left.begin("run", 10);
        pass(10);
        left.plan("run", 5);
        left.end();
        assertThat(left.left()).as("each kind has its own pace").isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void timeIsSaidOnceMostOfTheWorkIsOfKindsThatWereMeasured() {
        left.plan("walk", 10);
        left.plan("run", 40);
        left.plan("run", 50);
        left.begin("walk", 10);
        pass(30);
        left.begin("run", 40);
        assertThat(left.sentence()).as("most is running").isEqualTo("time not known yet");
        pass(40);
        left.begin("run", 50);
        assertThat(left.sentence()).isEqualTo("about 50 s left");
        assertThat(left.percent()).isEqualTo(58);
    }

    @Test
    void whatTakesLongerThanExpectedHasNothingLeftAndNoLess() {
        left.plan("walk", 5);
        left.plan("walk", 5);
        left.begin("walk", 5);
        pass(5);
        left.begin("walk", 5);
        pass(50);

        assertThat(left.left()).isZero();
        assertThat(left.percent()).as("it is not over").isEqualTo(99);
        assertThat(left.sentence()).isEqualTo("some seconds left");
    }

    @Test
    void whatIsShownDoesNotLeapWithTheGuess() {
        left.plan("walk", 10);
        left.plan("walk", 90);
        left.begin("walk", 10);
        pass(10);
        left.begin("walk", 90);
        assertThat(left.sentence()).isEqualTo("about 90 s left");
        pass(30);
        long before = left.percent();
        assertThat(left.sentence()).isEqualTo("about 60 s left");

        left.plan("walk", 300);
        pass(1);

        assertThat(left.left()).isEqualTo(Duration.ofSeconds(359));
        assertThat(left.sentence()).as("a fifteenth of the way to the guess").isEqualTo("about 80 s left");
        assertThat(left.percent()).as("does not fall").isEqualTo(before);
    }

    @Test
    void whatPassesBeforeWorkBeginsDoesNotCount() {
        left.plan("walk", 10);
        left.plan("walk", 30);
        pass(90);
        left.begin("walk", 10);
        pass(10);
        left.end();

        assertThat(left.percent()).isEqualTo(25);
        assertThat(left.sentence()).isEqualTo("about 30 s left");
    }

    @Test
    void longTimesAreSaidInMinutes() {
        left.plan("walk", 10);
        left.plan("walk", 290);
        left.begin("walk", 10);
        pass(10);
        left.end();

        assertThat(left.sentence()).isEqualTo("about 5 min left");
    }
}
