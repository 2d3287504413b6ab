package io.streamclr.ingest.classes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class ClassWatchTest {

    @Test
    void imagesThatComeClassAfterClassAreReportedOnce() {
        assertThat(notices(20_000, i -> i / 2_000))
                .containsExactly(
                        "the first 3,000 images come sorted by class, so a training sees few classes at a time and"
                                + " forgets the others: shuffle them");
    }

    @Test
    void afterTheFirstClassItIsReportedWithinAThousandImages() {
        assertThat(notices(5_700, i -> i / 5_000)).hasSize(1);
    }

    @Test
    void shuffledImagesAreNot() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            int classes = 2 + random.nextInt(200);

            assertThat(notices(20_000, i -> random.nextInt(classes))).isEmpty();
        }
    }

    @Test
    void aRareClassAmongOthersIsNoSign() {
        Random random = new Random(1);

        assertThat(notices(20_000, i -> random.nextInt(1000) == 0 ? 1 : 0)).isEmpty();
    }

    @Test
    void imagesInTurnsAreNot() {
        assertThat(notices(20_000, i -> i % 10)).isEmpty();
    }

    @Test
    void runsThatAreLongerThanABatchAreReportedAlsoWhereTheirEndsOverlap() {
        Random random = new Random(2);

        assertThat(notices(20_000, i -> (i + random.nextInt(300)) / 1_000)).hasSize(1);
    }

    @Test
    void oneNumberOfTwoClassesIsReportedOnce() {
        ClassWatch watch = new ClassWatch("");

        assertThat(watch.knows(3, "cat")).isEmpty();
        assertThat(watch.sees(OptionalInt.of(3), "cat")).isEmpty();
        assertThat(watch.sees(OptionalInt.of(3), "dog"))
                .contains("class 3 is dog in one place and cat in another, which number their classes differently: send"
                        + " places with the same classes, or all of them in one run, or tell classes by their names");
        assertThat(watch.sees(OptionalInt.of(3), "dog")).isEmpty();
        assertThat(watch.sees(OptionalInt.of(4), "")).isEmpty();
    }

    @Test
    void classesWithoutNumbersCountByTheirNames() {
        ClassWatch watch = new ClassWatch("shuffle them");
        List<String> notices = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            watch.sees(OptionalInt.empty(), i < 2_000 ? "cat" : "dog").ifPresent(notices::add);
        }

        assertThat(notices).hasSize(1);
    }

    private static List<String> notices(int images, IntUnaryOperator classes) {
        ClassWatch watch = new ClassWatch("shuffle them");
        List<String> notices = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            watch.sees(OptionalInt.of(classes.applyAsInt(i)), "").ifPresent(notices::add);
        }
        watch.ends().ifPresent(notices::add);
        return notices;
    }
}
