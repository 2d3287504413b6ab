package io.streamclr.trainer.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShuffleTest {

    @Test
    void everyPlaceIsTakenOnce() {
        int[] order = Shuffle.order(5, 10_000);

        assertThat(Arrays.stream(order).sorted().toArray())
                .isEqualTo(IntStream.range(0, 10_000).toArray());
        assertThat(Shuffle.order(5, 1)).containsExactly(0);
        assertThat(Shuffle.order(5, 0)).isEmpty();
    }

    /** A released order never changes: old batches are made again with it. */
    @Test
    void theOrderOfASeedIsForEver() {
        assertThat(Shuffle.order(Shuffle.seed(42, 3), 12)).containsExactly(5, 10, 2, 1, 9, 11, 0, 4, 7, 8, 6, 3);
    }

    @Test
    void blocksAndRunsAreShuffledDifferently() {
        assertThat(Shuffle.order(Shuffle.seed(1, 0), 100)).isNotEqualTo(Shuffle.order(Shuffle.seed(1, 1), 100));
        assertThat(Shuffle.order(Shuffle.seed(1, 0), 100)).isNotEqualTo(Shuffle.order(Shuffle.seed(2, 0), 100));
    }

    /** Chi-square over all 24 orders of 4 with fixed seeds; 49.7 is passed by one shuffle in a thousand. */
    @Test
    void allOrdersAreEquallyLikely() {
        int[] seen = new int[256];
        for (int seed = 0; seed < 24_000; seed++) {
            int[] order = Shuffle.order(seed, 4);
            seen[order[0] * 64 + order[1] * 16 + order[2] * 4 + order[3]]++;
        }

        double chiSquare = Arrays.stream(seen)
                .filter(count -> count > 0)
                .mapToDouble(count -> (count - 1000.0) * (count - 1000.0) / 1000.0)
                .sum();

        assertThat(Arrays.stream(seen).filter(count -> count > 0).count()).isEqualTo(24);
        assertThat(chiSquare).isLessThan(49.7);
    }
}
