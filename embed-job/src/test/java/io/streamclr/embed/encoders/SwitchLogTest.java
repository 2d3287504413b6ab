package io.streamclr.embed.encoders;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.record.EncoderSwitch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SwitchLogTest {

    private static final long DELAY = 100;

    private final SwitchLog log = new SwitchLog();

    @Test
    void thereIsNoEncoderBeforeTheFirst() {
        assertThat(log.at(5)).isEmpty();
        assertThat(log.newest()).isEmpty();
    }

    @Test
    void theFirstEntryIsForAllImagesThatWereThereBefore() {
        log.add(1_000, published(1));

        assertThat(step(-1)).isEqualTo(1);
        assertThat(step(0)).isEqualTo(1);
        assertThat(step(1_000_000)).isEqualTo(1);
    }

    @Test
    void anEntryTakesEffectOnItsDelayAndNotAMillisecondBefore() {
        log.add(1_000, published(1));
        log.add(2_000, published(2));

        assertThat(step(2_099)).isEqualTo(1);
        assertThat(step(2_100)).isEqualTo(2);
    }

    @Test
    void theDelayOfTheFirstEntryIsThatOfAll() {
        log.add(1_000, published(1));
        log.add(2_000, new EncoderSwitch("run", 2L, "2", "", Map.of(), Instant.ofEpochMilli(2), 5L, false));

        assertThat(log.delay()).isEqualTo(DELAY);
        assertThat(step(2_099)).isEqualTo(1);
        assertThat(step(2_100)).isEqualTo(2);
    }

    @Test
    void whatComesLateOrAgainIsPassedOver() {
        log.add(1_000, published(2));
        log.add(2_000, published(1));
        log.add(3_000, published(2));

        assertThat(step(9_000)).isEqualTo(2);
        assertThat(log.newest().map(EncoderSwitch::getStep)).contains(2L);
    }

    @Test
    void whatWasPinnedCountsThoughItIsOlder() {
        log.add(1_000, published(2));
        log.add(2_000, new EncoderSwitch("run", 1L, "1", "", Map.of(), Instant.ofEpochMilli(1), DELAY, true));
        log.add(3_000, published(3));

        assertThat(step(2_100)).isEqualTo(1);
        assertThat(step(3_100)).isEqualTo(3);
    }

    @Test
    void whereABrokersClockGoesBackTheLaterEntryStillComesAfterTheEarlier() {
        log.add(1_000, published(1));
        log.add(5_000, published(2));
        log.add(4_000, published(3));

        assertThat(step(5_099)).isEqualTo(1);
        assertThat(step(5_100)).isEqualTo(3);
    }

    /** The rule as it stands in the schema, one entry after the other. */
    @Test
    void itSaysWhatReadingAllEntriesFromTheFirstToTheLastSays() {
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 200; round++) {
            SwitchLog some = new SwitchLog();
            List<long[]> counted = new ArrayList<>();
            long newest = -1;
            long effect = Long.MIN_VALUE;
            for (int entry = 0; entry < 8; entry++) {
                long datedAt = random.nextLong(500);
                long step = random.nextLong(6);
                some.add(datedAt, published(step));
                if (step > newest) {
                    effect = counted.isEmpty() ? Long.MIN_VALUE : Math.max(effect, datedAt + DELAY);
                    counted.add(new long[] {effect, step});
                    newest = step;
                }
            }
            for (long arrivedAt = -10; arrivedAt < 620; arrivedAt += 7) {
                long expected = -1;
                for (long[] each : counted) {
                    if (each[0] <= arrivedAt) {
                        expected = each[1];
                    }
                }
                assertThat(some.at(arrivedAt).orElseThrow().getStep()).isEqualTo(expected);
            }
        }
    }

    private long step(long arrivedAt) {
        return log.at(arrivedAt).orElseThrow().getStep();
    }

    private static EncoderSwitch published(long step) {
        return new EncoderSwitch(
                "run", step, Long.toString(step), "", Map.of(), Instant.ofEpochMilli(step), DELAY, false);
    }
}
