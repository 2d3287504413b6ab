package io.streamclr.local.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StartProgressTest {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final StartProgress progress = new StartProgress(LIMIT, 0);

    private boolean at(int second, long bytes, double used) {
        return progress.isWorthWaiting(
                Duration.ofSeconds(second).toNanos(), bytes, Duration.ofMillis((long) (1000 * used)));
    }

    @Test
    void aBrokerThatWritesIsWaitedForHoweverLongItTakes() {
        for (int second = 1; second < 3600; second += 60) {
            assertThat(at(second, second, 0)).isTrue();
        }
    }

    @Test
    void aBrokerThatComputesIsWaitedForHoweverLongItTakes() {
        for (int second = 1; second < 3600; second++) {
            assertThat(at(second, 7, 0.1 * second)).isTrue();
        }
    }

    @Test
    void aBrokerThatOnlyIdlesIsGivenUpOnceTheLimitIsOver() {
        assertThat(at(1, 7, 5)).isTrue();
        for (int second = 2; second < 30; second++) {
            assertThat(at(second, 7, 5 + 0.01 * second)).isTrue();
        }
        assertThat(at(100, 7, 6)).isTrue();
        assertThat(at(139, 7, 6.4)).isTrue();
        assertThat(at(141, 7, 6.4)).isFalse();
    }
}
