package io.streamclr.trainer.memory;

import static io.streamclr.trainer.memory.Streams.image;
import static io.streamclr.trainer.memory.Streams.images;
import static io.streamclr.trainer.memory.Streams.memory;
import static io.streamclr.trainer.memory.Streams.numbers;
import static io.streamclr.trainer.memory.Streams.read;
import static io.streamclr.trainer.memory.Streams.step;
import static io.streamclr.trainer.memory.Streams.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.trainer.memory.MemoryPlan.Policy;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ImageMemoryTest {

    @ParameterizedTest
    @EnumSource(value = Policy.class, names = "NONE", mode = Mode.EXCLUDE)
    void itFillsUpAndThenHoldsExactlyItsCapacityWithNoImageTwice(Policy policy) {
        ImageMemory memory = memory(policy, 50);
        for (int step = 1; step <= 60; step++) {
            step(memory, step, images(6 * step, 6 * step + 6));

            assertThat(memory.size()).isEqualTo(Math.min(50, 6 * step));
            assertThat(new HashSet<>(memory.images())).hasSize(memory.size());
        }
    }

    @ParameterizedTest
    @EnumSource(value = Policy.class, names = "NONE", mode = Mode.EXCLUDE)
    void whatItHoldsAndDrawsFollowsFromTheSeedAndTheStreamAlone(Policy policy) {
        ImageMemory one = memory(policy, 64);
        ImageMemory other = memory(policy, 64);
        ImageMemory otherSeed = new ImageMemory(new MemoryPlan(policy, 64, 0.5, 1), Streams.DIMENSIONS, 43);
        for (int step = 1; step <= 40; step++) {
            step(one, step, images(6 * step, 6 * step + 6));
            step(other, step, images(6 * step, 6 * step + 6));
            step(otherSeed, step, images(6 * step, 6 * step + 6));
        }

        assertThat(written(one)).isEqualTo(written(other));
        assertThat(one.draw(41, 20)).isEqualTo(other.draw(41, 20)).isNotEqualTo(otherSeed.draw(41, 20));
    }

    @ParameterizedTest
    @EnumSource(value = Policy.class, names = "NONE", mode = Mode.EXCLUDE)
    void readFromWhatWasWrittenItGoesOnAsIfNothingHadHappened(Policy policy) throws Exception {
        ImageMemory whole = memory(policy, 64);
        for (int step = 1; step <= 30; step++) {
            step(whole, step, images(6 * step, 6 * step + 6));
        }

        ImageMemory resumed = read(written(whole), memory(policy, 64));

        for (int step = 31; step <= 60; step++) {
            assertThat(resumed.draw(step, 70)).isEqualTo(whole.draw(step, 70));
            step(whole, step, images(6 * step, 6 * step + 6));
            step(resumed, step, images(6 * step, 6 * step + 6));
        }
        assertThat(written(resumed)).isEqualTo(written(whole));
    }

    @Test
    void allImagesAreChosenBeforeAnyIsChosenAgainAndEachStepHasAnOrderOfItsOwn() {
        ImageMemory memory = memory(Policy.FIFO, 10);
        memory.keep(1, images(0, 10));

        List<Integer> chosen = numbers(memory.draw(2, 25));

        assertThat(chosen.subList(0, 10)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(chosen.subList(10, 20)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(new HashSet<>(chosen.subList(20, 25))).hasSize(5);
        assertThat(chosen.subList(0, 10)).isNotEqualTo(chosen.subList(10, 20));
        assertThat(memory.draw(3, 25)).isNotEqualTo(memory.draw(2, 25));
    }

    @Test
    void anImageThatComesAgainTakesNoSecondSlot() {
        ImageMemory memory = memory(Policy.FIFO, 4);

        memory.keep(1, List.of(image(1), image(1), image(2)));
        memory.keep(2, List.of(image(2), image(3)));

        assertThat(numbers(memory.images())).containsExactly(1, 2, 3);
    }

    @Test
    void bytesThatAreCutOffOrChangedAreReadOrRefusedAndNothingElse() {
        ImageMemory memory = memory(Policy.CENTROID, 64);
        for (int step = 1; step <= 20; step++) {
            step(memory, step, images(6 * step, 6 * step + 6));
        }
        byte[] whole = written(memory);
        SplittableRandom random = new SplittableRandom(1);
        int refused = 0;

        for (int length = 0; length < whole.length; length += 37) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut, memory(Policy.CENTROID, 64))).isInstanceOf(IOException.class);
        }
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(random.nextBoolean() ? 60 : whole.length)] = (byte) random.nextInt();
            try {
                read(damaged, memory(Policy.CENTROID, 64));
            } catch (IOException damage) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(300);
        assertThatThrownBy(() -> read(whole, memory(Policy.CENTROID, 65)))
                .isInstanceOf(IOException.class)
                .hasMessage("a memory CENTROID of 64 images with features of 8 numbers");
    }

    @Test
    void aMillionImagesWithFeaturesTakeLessThanAGibibyte() {
        long bytes = 1_000_000 * ImageMemory.bytesEach(Policy.MINRED, 128);

        System.out.println("A million images with features of 128 numbers: " + (bytes >> 20) + " MiB");

        assertThat(bytes).isLessThan(1L << 30);
    }
}
