package io.streamclr.stream.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PassProgressTest {

    private static final int A_MILLION = 1_000_000;

    @Test
    void allPassesOverAnEmptyRangeEndWithoutAnotherReading() {
        PassProgress course = course(7, 7, new Passes(A_MILLION, false));

        boolean back = course.turn(7);

        assertThat(back).isTrue();
        assertThat(course.turn(7)).isFalse();
        assertThat(course.over(7)).isTrue();
    }

    @Test
    void aRangeInWhichAPassFoundNothingIsEmptyToo() {
        PassProgress course = course(0, 5, new Passes(A_MILLION, true));

        boolean back = course.turn(5);

        assertThat(back).isTrue();
        assertThat(course.bounded()).as("the live pass has begun").isFalse();
        assertThat(course.read(5, 0, new byte[1]).pass()).isEqualTo(A_MILLION - 1);
    }

    @Test
    void aRangeThatIsRestoredAfterItsLastImageIsNotTakenForEmpty() {
        PassProgress course =
                new PassProgress(PartitionSplit.unread("images", 0, 0, 3).at(4, 3), new Passes(9, false));

        boolean back = course.turn(3);

        assertThat(back).isTrue();
        assertThat(course.read(0, 0, new byte[1]).pass()).isEqualTo(5);
    }

    @Test
    void theSecondPassOverASmallRangeAndAllAfterItNeedNoBroker() {
        PassProgress course = course(10, 13, new Passes(4, false));
        List<RawImage> first = read(course, 10, 3, 100);

        boolean back = course.turn(13);
        List<RawImage> others = new ArrayList<>();
        while (!course.over(13)) {
            others.addAll(course.remembered(2));
        }

        assertThat(back).isFalse();
        List<RawImage> expected = new ArrayList<>();
        for (int pass = 1; pass < 4; pass++) {
            for (RawImage image : first) {
                expected.add(new RawImage(pass, 3, image.offset(), image.arrivedAt(), pass > 0, image.value()));
            }
        }
        assertThat(others).isEqualTo(expected);
    }

    @Test
    void whatIsNewerThanAllPassesOfTheJobBeforeIsNotReadAgain() {
        PartitionSplit split = PartitionSplit.unread("images", 0, 0, 800).from(1, 500);

        assertThat(split.isAgain(0, 3)).as("the first pass").isFalse();
        assertThat(split.isAgain(1, 499)).as("of the job before").isTrue();
        assertThat(split.isAgain(1, 500)).as("it may have come since").isFalse();
        assertThat(split.isAgain(2, 500)).as("read by this job").isTrue();
        assertThat(split.at(2, 7).isAgain(2, 500)).isTrue();
        assertThat(split.isAgain(2, 800)).as("after the end of passes").isFalse();
    }

    @Test
    void aRangeThatIsTooLargeToBeKeptIsReadAgainInEveryPass() {
        PassProgress course = course(0, 2, new Passes(3, false));
        for (int pass = 0; pass < 2; pass++) {
            read(course, 0, 2, PassProgress.MOST_BYTES / 2);

            assertThat(course.turn(2))
                    .as("back to the begin after pass " + pass)
                    .isTrue();
        }
        read(course, 0, 2, PassProgress.MOST_BYTES / 2);

        assertThat(course.over(2)).isTrue();
    }

    @Test
    void theLivePassIsReadFromTheBrokerEvenWhereTheRangeIsSmall() {
        PassProgress course = course(0, 2, new Passes(3, true));
        read(course, 0, 2, 100);
        course.turn(2);

        List<RawImage> second = course.remembered(10);

        assertThat(second).extracting(RawImage::pass).containsExactly(1, 1);
        assertThat(course.fromMemory()).isFalse();
        assertThat(course.bounded()).isFalse();
        assertThat(read(course, 0, 2, 100)).extracting(RawImage::pass).containsExactly(2, 2);
        assertThat(course.over(99)).isFalse();
    }

    private static PassProgress course(long begin, long end, Passes passes) {
        return new PassProgress(PartitionSplit.unread("images", 3, begin, end), passes);
    }

    private static List<RawImage> read(PassProgress course, long from, int count, int bytes) {
        List<RawImage> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(course.read(from + i, 1000 + i, new byte[bytes]));
        }
        return images;
    }
}
