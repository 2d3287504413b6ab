package io.streamclr.trainer.memory;

import static io.streamclr.trainer.memory.Streams.embeddings;
import static io.streamclr.trainer.memory.Streams.ids;
import static io.streamclr.trainer.memory.Streams.images;
import static io.streamclr.trainer.memory.Streams.memory;
import static io.streamclr.trainer.memory.Streams.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.identity.Seeds;
import io.streamclr.trainer.memory.MemoryPlan.Policy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Each policy beside its slow and obvious twin. */
class EvictionTest {

    @Test
    void fifoHoldsWhatAQueueHolds() {
        ImageMemory memory = memory(Policy.FIFO, 20);
        Deque<Integer> slowly = new ArrayDeque<>();
        for (int step = 1; step <= 30; step++) {
            memory.keep(step, images(7 * step, 7 * step + 7));
            for (int number = 7 * step; number < 7 * step + 7; number++) {
                slowly.add(number);
                if (slowly.size() > 20) {
                    slowly.remove();
                }
            }
            assertThat(numbers(memory.images())).containsExactlyInAnyOrderElementsOf(slowly);
        }
    }

    @Test
    void reservoirHoldsWhatAlgorithmRHolds() {
        ImageMemory memory = memory(Policy.RESERVOIR, 20);
        List<Integer> slowly = new ArrayList<>();
        int seen = 0;
        for (int step = 1; step <= 50; step++) {
            memory.keep(step, images(5 * step, 5 * step + 5));
            long seed = Seeds.of(42, "memory-evict", step);
            for (int i = 0; i < 5; i++) {
                seen++;
                if (slowly.size() < 20) {
                    slowly.add(5 * step + i);
                } else {
                    long place = Chance.below(seed, i, seen);
                    if (place < 20) {
                        slowly.set((int) place, 5 * step + i);
                    }
                }
            }
            assertThat(numbers(memory.images())).isEqualTo(slowly);
        }
    }

    @Test
    void reservoirHoldsEarlyAndLateImagesWithTheSameChance() {
        int early = 0;
        for (int seed = 0; seed < 200; seed++) {
            ImageMemory memory = new ImageMemory(new MemoryPlan(Policy.RESERVOIR, 20, 0.5, 1), 0, seed);
            for (int step = 1; step <= 100; step++) {
                memory.keep(step, images(4 * step, 4 * step + 4));
            }
            early += (int) numbers(memory.images()).stream()
                    .filter(number -> number < 4 * 51)
                    .count();
        }

        // 4,000 images, each from the first half with chance 1/2: a standard deviation of 32.
        assertThat((double) early).isCloseTo(2000, within(130.0));
    }

    @Test
    void minredHoldsWhatTheDoubleLoopOverAllPairsLeaves() {
        Slots slots = new Slots(60, 4);
        SplittableRandom random = new SplittableRandom(5);
        for (int number = 0; number < 60; number++) {
            slots.add(Streams.image(number));
            if (number % 10 != 9) {
                slots.see(number, direction(random));
            }
        }
        List<Integer> slowly = new ArrayList<>();
        for (int n = 0; n < 25; n++) {
            slowly.add(olderOfTheMostAlike(slots, slowly));
        }

        int[] places = new MinimumRedundancy().places(slots, 25, 1);

        assertThat(places)
                .containsExactly(slowly.stream().mapToInt(slot -> slot).toArray());
    }

    private static float[] direction(SplittableRandom random) {
        float[] direction = new float[4];
        for (int d = 0; d < 4; d++) {
            direction[d] = (float) (random.nextDouble() - 0.5);
        }
        Directions.normalise(direction);
        return direction;
    }

    private static int olderOfTheMostAlike(Slots slots, List<Integer> gone) {
        int older = -1;
        float most = Float.NEGATIVE_INFINITY;
        float[] one = new float[4];
        float[] other = new float[4];
        for (int i = 0; i < slots.size(); i++) {
            for (int j = i + 1; j < slots.size(); j++) {
                if (!gone.contains(i) && !gone.contains(j) && slots.isSeen(i) && slots.isSeen(j)) {
                    slots.feature(i, one);
                    slots.feature(j, other);
                    float cosine = one[0] * other[0] + one[1] * other[1] + one[2] * other[2] + one[3] * other[3];
                    if (cosine > most) {
                        most = cosine;
                        older = slots.since(i) < slots.since(j) ? i : j;
                    }
                }
            }
        }
        return older;
    }

    @Test
    void minredOfALargeMemoryTakesAwayNearCopiesAndLeavesWhatIsAlone() {
        ImageMemory memory = memory(Policy.MINRED, 700);
        for (int step = 1; step <= 400; step++) {
            Streams.step(memory, step, mostlyCopies(step));
        }

        long copies =
                numbers(memory.images()).stream().filter(number -> number == 5).count();

        // Nine of ten in the stream are copies of one image, and so would be 630 of the 700 that a queue holds.
        assertThat(copies).isLessThan(350);
    }

    /** Ten images, nine of which look alike: their embeddings follow from their offset, which is the same. */
    private static List<HeldImage> mostlyCopies(int step) {
        List<HeldImage> images = new ArrayList<>(images(10_000 + 10 * step, 10_000 + 10 * step + 1));
        for (int copy = 1; copy < 10; copy++) {
            images.add(new HeldImage(new ImageId(step, -copy - 10L * step), 0, 5));
        }
        return images;
    }

    @Test
    void minredWithoutAnySeenImageLetsTheOldestGo() {
        Slots slots = new Slots(10, 4);
        images(0, 10).forEach(slots::add);
        slots.replace(3, Streams.image(20));

        int[] places = new MinimumRedundancy().places(slots, 4, 1);

        assertThat(places).containsExactly(0, 1, 2, 4);
    }

    @Test
    void centroidKeepsARareRegionThatTheStreamHasLeft() {
        ImageMemory memory = memory(Policy.CENTROID, 320);
        ImageMemory fifo = memory(Policy.FIFO, 320);
        // 200 images of one region, then 4,000 of another.
        for (int step = 1; step <= 420; step++) {
            List<HeldImage> fresh = images(10 * step, 10 * step + 10);
            memory.keep(step, fresh);
            fifo.keep(step, fresh);
            memory.learn(ids(fresh), regional(fresh, step <= 20 ? 0 : 1));
        }

        assertThat(early(memory)).isGreaterThan(40);
        assertThat(early(fifo)).isZero();
    }

    private static long early(ImageMemory memory) {
        return numbers(memory.images()).stream().filter(number -> number < 210).count();
    }

    private static float[] regional(List<HeldImage> images, int region) {
        float[] rows = embeddings(images);
        for (int row = 0; row < 2 * images.size(); row++) {
            rows[row * Streams.DIMENSIONS + region] += 6;
        }
        return rows;
    }
}
