package io.streamclr.trainer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.health.Forgetting.AccuracyDrop;
import io.streamclr.trainer.health.HeldOutProbe.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ForgettingTest {

    private long step;

    @Test
    void aSliceThatFallsIsReportedOnceWithWhereItCameFromAndWhereItIs() {
        Forgetting forgetting = new Forgetting(10);

        List<AccuracyDrop> falls = heard(forgetting, 1000, 900, 900, 900, 900, 900, 500, 500, 500, 500, 500);

        assertThat(falls).hasSize(1);
        assertThat(falls.get(0).slice()).isEqualTo("3");
        assertThat(falls.get(0).step()).isEqualTo(6);
        assertThat(falls.get(0).from()).isEqualTo(0.9, within(1e-12));
        assertThat(falls.get(0).to()).isEqualTo((0.9 + 0.9 + 0.5) / 3, within(1e-12));
        assertThat(forgetting.largest()).isEqualTo(0.4, within(1e-12));
    }

    @Test
    void aSliceThatIsLearnedAgainCanBeForgottenAgain() {
        Forgetting forgetting = new Forgetting(10);

        assertThat(heard(forgetting, 1000, 900, 900, 900, 600, 600, 600)).hasSize(1);
        assertThat(heard(forgetting, 1000, 880, 880, 880)).isEmpty();
        assertThat(heard(forgetting, 1000, 600, 600, 600)).hasSize(1);
    }

    @Test
    void aStopAnywhereChangesNothing() {
        int[] right = {900, 910, 890, 600, 600, 600, 880, 890, 900, 910, 500, 500, 500};
        List<AccuracyDrop> unbroken = heard(new Forgetting(10), 1000, right);
        assertThat(unbroken).hasSize(2);

        for (int stop = 0; stop <= right.length; stop++) {
            step = 0;
            Forgetting before = new Forgetting(10);
            List<AccuracyDrop> falls = new ArrayList<>(heard(before, 1000, Arrays.copyOf(right, stop)));
            Forgetting after = new Forgetting(10, before.known());
            falls.addAll(heard(after, 1000, Arrays.copyOfRange(right, stop, right.length)));

            assertThat(falls).as("stopped after %d answers", stop).isEqualTo(unbroken);
        }
    }

    @Test
    void aSliceOfOtherImagesBeginsAnew() {
        Forgetting before = new Forgetting(10);
        heard(before, 1000, 900, 900, 900);

        assertThat(heard(new Forgetting(10, before.known()), 1001, 500, 500, 500))
                .isEmpty();
        assertThat(heard(new Forgetting(10, before.known()), 1000, 500, 500, 500))
                .hasSize(1);
    }

    @Test
    void aSliceThatStaysAboutTheLimitIsNotReportedAgainAndAgain() {
        Forgetting forgetting = new Forgetting(10);

        assertThat(heard(forgetting, 1000, 900, 900, 900, 780, 780, 780, 820, 820, 820, 780, 780, 780))
                .hasSize(1);
    }

    @Test
    void aFallWithinThePointsThatAreAllowedIsNone() {
        assertThat(heard(new Forgetting(10), 100_000, 90_000, 90_000, 90_000, 81_000, 81_000, 81_000))
                .isEmpty();
        assertThat(heard(new Forgetting(8), 100_000, 90_000, 90_000, 90_000, 81_000, 81_000, 81_000))
                .hasSize(1);
        assertThat(heard(new Forgetting(100), 1000, 1000, 1000, 1000, 0, 0, 0)).isEmpty();
    }

    @Test
    void aSingleAnswerThatIsFarOffIsNoFall() {
        assertThat(heard(new Forgetting(10), 1000, 900, 900, 900, 700, 900, 900))
                .isEmpty();
        assertThat(heard(new Forgetting(10), 1000, 800, 800, 1000, 800, 800, 800))
                .isEmpty();
    }

    @Test
    void theSameFallOfFewImagesIsWithinTheirNoise() {
        assertThat(heard(new Forgetting(10), 20, 18, 18, 18, 14, 14, 14)).isEmpty();
        assertThat(heard(new Forgetting(10), 500, 450, 450, 450, 350, 350, 350)).hasSize(1);
    }

    @Test
    void noiseAloneIsNeverAFallAlthoughTheAnswersAreSampledAnewEachTime() {
        for (int images : new int[] {5, 20, 50, 250}) {
            for (double accuracy : new double[] {0.3, 0.6, 0.85, 0.97}) {
                Forgetting forgetting = new Forgetting(0);
                Random random = new Random(images);

                List<AccuracyDrop> falls = new ArrayList<>();
                for (int probe = 0; probe < 300; probe++) {
                    int right = (int) IntStream.range(0, images)
                            .filter(image -> random.nextDouble() < accuracy)
                            .count();
                    falls.addAll(heard(forgetting, images, right));
                }

                assertThat(falls).as(images + " images, " + accuracy).isEmpty();
            }
        }
    }

    @Test
    void slicesAreDistinguished() {
        Forgetting forgetting = new Forgetting(10);
        List<AccuracyDrop> falls = new ArrayList<>();
        for (int probe = 1; probe <= 6; probe++) {
            Slice falling = new Slice("0", 1000, probe < 4 ? 900 : 400);
            Slice rising = new Slice("1", 1000, 400 + 50 * probe);
            falls.addAll(forgetting.hear(new Answer(probe, 0.5, List.of(falling, rising))));
        }

        assertThat(falls).extracting(AccuracyDrop::slice).containsExactly("0");
    }

    /** What is reported when one probe after the other finds so many of the images of slice 3 right. */
    private List<AccuracyDrop> heard(Forgetting forgetting, int images, int... right) {
        List<AccuracyDrop> falls = new ArrayList<>();
        for (int each : right) {
            Slice slice = new Slice("3", images, each);
            falls.addAll(forgetting.hear(new Answer(++step, slice.accuracy(), List.of(slice))));
        }
        return falls;
    }
}
