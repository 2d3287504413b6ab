package io.streamclr.trainer.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlicesTest {

    @Test
    void everyClassIsASliceByItsNumberAndClassesWithoutImagesAreNone() {
        int[] labels = {7, 2, 7, 2, 2, 9};
        int[] elected = {7, 2, 2, 2, 9, 7};

        assertThat(Slices.of(labels).of(labels, elected))
                .containsExactly(new Slice("2", 3, 2), new Slice("7", 2, 1), new Slice("9", 1, 0));
    }

    @Test
    void aSliceIsCalledAsItsClassIsWhereAllClassesHaveNames() {
        int[] labels = {7, 2, 7};

        assertThat(Slices.of(labels, Map.of(7, "cat", 2, "other", 1, "dog")).of(labels, labels))
                .containsExactly(new Slice("other (class 2)", 1, 1), new Slice("cat", 2, 2));
        assertThat(Slices.of(labels, Map.of(7, "cat")).of(labels, labels))
                .containsExactly(new Slice("2", 1, 1), new Slice("7", 2, 2));
    }

    @Test
    void aClassMayHaveAnyNumber() {
        int[] labels = {Integer.MAX_VALUE, 0, Integer.MAX_VALUE};

        assertThat(Slices.of(labels).of(labels, labels))
                .containsExactly(new Slice("0", 1, 1), new Slice("2147483647", 2, 2));
    }

    @Test
    void ofManyClassesTheLargestAreSlicesAndTheRestIsOneTogether() {
        int[] labels = IntStream.range(0, 100)
                .flatMap(label ->
                        IntStream.range(0, label < 10 ? 1 : label < 20 ? 3 : 2).map(image -> label))
                .toArray();

        List<Slice> slices = Slices.of(labels).of(labels, labels);

        assertThat(slices).hasSize(Slices.MOST + 1);
        assertThat(slices.subList(0, 10)).allMatch(slice -> slice.images() == 3);
        assertThat(slices.subList(10, Slices.MOST))
                .extracting(Slice::name)
                .containsExactlyElementsOf(
                        IntStream.range(20, 42).mapToObj(String::valueOf).toList());
        assertThat(slices.get(Slices.MOST)).isEqualTo(new Slice("other", 10 + 2 * (100 - 42), 10 + 2 * (100 - 42)));
    }

    @Test
    void slicesCountEveryImageOnce() {
        Random random = new Random(5);
        int[] labels = random.ints(2000, 0, 60).toArray();
        int[] elected = random.ints(2000, 0, 60).toArray();

        List<Slice> slices = Slices.of(labels).of(labels, elected);

        assertThat(slices.stream().mapToInt(Slice::images).sum()).isEqualTo(2000);
        assertThat(slices.stream().mapToInt(Slice::right).sum()).isEqualTo((int)
                IntStream.range(0, 2000).filter(i -> labels[i] == elected[i]).count());
        for (Slice slice : slices.subList(0, Slices.MOST)) {
            int label = Integer.parseInt(slice.name());
            assertThat(slice.right()).isEqualTo((int) IntStream.range(0, 2000)
                    .filter(i -> labels[i] == label && elected[i] == label)
                    .count());
        }
    }
}
