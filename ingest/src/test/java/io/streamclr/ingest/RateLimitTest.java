package io.streamclr.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    @Test
    void eventsAreSpreadEvenly() {
        RateLimit pace = new RateLimit(10);
        long now = 5;

        for (int i = 0; i < 100; i++) {
            now += pace.delayAfter(now).toNanos();
        }

        assertThat(now).isEqualTo(5 + Duration.ofSeconds(10).toNanos());
    }

    @Test
    void sleepsThatTakeTooLongDoNotLowerTheRate() {
        RateLimit pace = new RateLimit(1000);
        long now = 0;

        for (int i = 0; i < 1000; i++) {
            now += pace.delayAfter(now).toNanos() + 300_000; // every sleep takes 0.3 ms more than it should
        }

        assertThat(now).isBetween(999_000_000L, 1_002_000_000L);
    }

    @Test
    void aLongWaitElsewhereIsNotMadeUpForByABurst() {
        RateLimit pace = new RateLimit(10);
        pace.delayAfter(0);

        Duration afterAMinute = pace.delayAfter(Duration.ofMinutes(1).toNanos());

        assertThat(afterAMinute).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void withoutARateThereIsNoWaiting() {
        RateLimit pace = new RateLimit(Double.POSITIVE_INFINITY);

        assertThat(pace.delayAfter(1)).isZero();
        assertThat(pace.delayAfter(1)).isZero();
    }
}
