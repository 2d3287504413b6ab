package io.streamclr.trainer.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LinearEvaluationTest {

    private static final int CLASSES = 7;
    private static final int[] LABELS =
            IntStream.range(0, 210).map(image -> image % CLASSES).toArray();

    private static Torch torch;

    @BeforeAll
    static void open() {
        torch = Torch.open(1);
    }

    @AfterAll
    static void close() {
        torch.close();
    }

    /** A crop of an image: two numbers on a circle that say its class, each time in other noise. */
    private static Features crops(int[] images, long step) {
        SplittableRandom random = new SplittableRandom(step);
        float[] values = new float[2 * images.length];
        for (int i = 0; i < images.length; i++) {
            double angle = 2 * Math.PI * LABELS[images[i]] / CLASSES;
            values[2 * i] = (float) (3 * Math.cos(angle) + random.nextDouble(-1, 1));
            values[2 * i + 1] = (float) (3 * Math.sin(angle) + random.nextDouble(-1, 1));
        }
        return Features.copyOf(values, 2);
    }

    private static double[] tops(CropPlan plan, List<Double> losses) {
        int[] all = IntStream.range(0, LABELS.length).toArray();
        try (LinearEvaluation linear = new LinearEvaluation(torch, 2, CLASSES)) {
            linear.train(LABELS, plan, LinearEvaluationTest::crops, (step, passed, loss) -> losses.add(loss));
            Features test = crops(all, 999);
            return new double[] {linear.top(test, LABELS, 1), linear.top(test, LABELS, 5), linear.top(test, LABELS, 100)
            };
        }
    }

    @Test
    void aLayerLearnsFromCropsWhatCropsItNeverSawShow() {
        List<Double> losses = new ArrayList<>();

        double[] tops = tops(new CropPlan(300, 30, 1), losses);

        assertThat(losses).hasSize(300 * 210 / 30);
        assertThat(losses.get(0)).isCloseTo(Math.log(CLASSES), within(1e-6));
        assertThat(tops[0]).isGreaterThan(0.8);
        assertThat(tops[1]).as("opposite classes are the least likely").isEqualTo(1);
        assertThat(tops[2]).as("among all of them").isEqualTo(1);
    }

    @Test
    void oneSeedTrainsToTheSameBitsAndAnotherOneDoesNot() {
        List<Double> first = new ArrayList<>();
        List<Double> again = new ArrayList<>();
        List<Double> other = new ArrayList<>();

        tops(new CropPlan(2, 32, 1), first);
        tops(new CropPlan(2, 32, 1), again);
        tops(new CropPlan(2, 32, 2), other);

        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void everyImageIsShownOnceInEveryRound() {
        TreeMap<Integer, Integer> shown = new TreeMap<>();
        List<Integer> steps = new ArrayList<>();

        try (LinearEvaluation linear = new LinearEvaluation(torch, 2, CLASSES)) {
            linear.train(
                    LABELS,
                    new CropPlan(3, 42, 1),
                    (images, step) -> {
                        steps.add(step);
                        Arrays.stream(images).forEach(image -> shown.merge(image, 1, Integer::sum));
                        return crops(images, step);
                    },
                    (step, passed, loss) -> {});
        }

        assertThat(steps).hasSize(15).doesNotHaveDuplicates();
        assertThat(shown).hasSize(LABELS.length);
        assertThat(shown.values()).containsOnly(3);
    }

    @Test
    void theRateGrowsWithTheBatchAndFallsByACosine() {
        CropPlan plan = new CropPlan(1, 256, 1);

        assertThat(plan.rate(0, 256)).isEqualTo(0.1);
        assertThat(plan.rate(0, 4096)).isCloseTo(1.6, within(1e-12));
        assertThat(plan.rate(0.5, 256)).isCloseTo(0.05, within(1e-12));
        assertThat(plan.rate(1, 256)).isCloseTo(0, within(1e-12));
        assertThat(plan.steps(257)).isEqualTo(2);
        assertThat(plan.steps(10)).isEqualTo(1);
        assertThatThrownBy(() -> new CropPlan(0, 256, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
