package io.streamclr.console.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WindowSampleTest {

    @Test
    void theSampleIsThatOfSortingAllThatArrivedWhileOnlyAFewAreHeld() {
        SplittableRandom random = new SplittableRandom(1);
        WindowSample sample = new WindowSample(10);
        List<Seen> all = new ArrayList<>();
        int mostHeld = 0;
        for (int i = 0; i < 3_000; i++) {
            // Partitions are not read in step: some come up to 50 seconds late.
            Instant arrivedAt = Arrived.second(i - random.nextLong(50));
            Seen seen = new Seen(new float[] {1}, arrivedAt, Seen.keyOf(String.format("%032x", i), 3), 0, i);
            Instant after = Arrived.second(i - 1_000);
            all.add(seen);
            sample.add(seen, after);
            mostHeld = Math.max(mostHeld, sample.held());
            if (i % 101 == 0) {
                assertThat(sample.sample(after)).isEqualTo(sorted(all, after, 10));
            }
        }

        assertThat(mostHeld).isLessThan(200);
        assertThat(sample.sample(Arrived.second(5_000))).isEmpty();
    }

    private static List<Seen> sorted(List<Seen> all, Instant after, int most) {
        return all.stream()
                .filter(seen -> seen.arrivedAt().isAfter(after))
                .sorted(Comparator.comparingLong(Seen::key))
                .limit(most)
                .toList();
    }

    @Test
    void anotherSeedChoosesOtherImages() {
        assertThat(Seen.keyOf("0".repeat(32), 1)).isNotEqualTo(Seen.keyOf("0".repeat(32), 2));
        assertThat(Seen.keyOf("0".repeat(31) + "1", 1)).isNotEqualTo(Seen.keyOf("0".repeat(32), 1));
    }
}
