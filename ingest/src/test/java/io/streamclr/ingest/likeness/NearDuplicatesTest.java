package io.streamclr.ingest.likeness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearDuplicatesTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 7, 11})
    void agreesWithComparingAll(int bits) {
        Random random = new Random(bits);
        NearDuplicates fast = new NearDuplicates(bits);
        List<Long> obvious = new ArrayList<>();
        int near = 0;
        for (int i = 0; i < 3000; i++) {
            long hash = i % 2 == 0 || obvious.isEmpty()
                    ? random.nextLong()
                    : flipped(obvious.get(random.nextInt(obvious.size())), random.nextInt(bits + 4), random);
            boolean expected = obvious.stream().anyMatch(other -> Long.bitCount(other ^ hash) <= bits);
            near += expected ? 1 : 0;

            assertThat(fast.hasNear(hash)).isEqualTo(expected);

            obvious.add(hash);
            fast.add(hash);
        }
        assertThat(near).isBetween(200, 2000);
    }

    @Test
    void moreBitsThanCanTellPicturesApartAreRefused() {
        assertThatThrownBy(() -> new NearDuplicates(12))
                .isInstanceOf(RefusalException.class)
                .hasMessage("--skip-near-duplicates is 12, but it must be 0 to 11 bits of 64; 4 is careful, 10 takes"
                        + " pictures for alike that are not");
    }

    private static long flipped(long hash, int bits, Random random) {
        for (int i = 0; i < bits; i++) {
            hash ^= 1L << random.nextInt(64);
        }
        return hash;
    }
}
