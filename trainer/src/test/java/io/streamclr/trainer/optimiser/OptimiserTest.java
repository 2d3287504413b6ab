package io.streamclr.trainer.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimiserTest {

    private final Torch torch = Torch.open(1);
    private final Scope scope = torch.scope();

    @AfterEach
    void close() {
        torch.close();
    }

    static Stream<UpdateRule> rules() {
        return Stream.of(
                new UpdateRule.Lars(1e-4, 0.9, 0.001),
                new UpdateRule.Lars(1e-6, 0.9, 0.02),
                new UpdateRule.Sgd(5e-4, 0.9),
                new UpdateRule.Sgd(5e-4, 0.9, true),
                new UpdateRule.AdamW(1e-2, 0.9, 0.99, 1e-8),
                new UpdateRule.Muon(1e-2, 0.9, 0.99, 1e-8));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void agreesWithPlainDoublesOverAHundredSteps(UpdateRule rule) {
        Random random = new Random(5);
        Random more = new Random(6);
        float[][] start = {
            gaussian(random, 12),
            gaussian(random, 4),
            new float[6],
            gaussian(random, 5),
            gaussian(more, 8),
            gaussian(more, 6)
        };
        long[][] shapes = {{3, 4}, {4}, {2, 3}, {5}, {2, 2, 2, 1}, {1, 2, 3}};
        PlainTwin twin = new PlainTwin(rule, start, shapes);
        List<Tensor> weights = List.of(
                scope.floats(start[0], shapes[0]),
                scope.floats(start[1], shapes[1]),
                scope.floats(start[2], shapes[2]),
                scope.floats(start[3], shapes[3]),
                scope.floats(start[4], shapes[4]),
                scope.floats(start[5], shapes[5]));
        Optimiser optimiser = new Optimiser(torch, rule, weights);

        for (int step = 1; step <= 100; step++) {
            float[][] gradients = {
                gaussian(random, 12),
                gaussian(random, 4),
                step < 10 ? new float[6] : gaussian(random, 6),
                gaussian(random, 5),
                gaussian(more, 8),
                gaussian(more, 6)
            };
            double rate = 0.02 * step / 100;
            try (Scope inner = scope.inner()) {
                List<Tensor> given = List.of(
                        inner.floats(gradients[0], shapes[0]),
                        inner.floats(gradients[1], shapes[1]),
                        inner.floats(gradients[2], shapes[2]),
                        inner.floats(gradients[3], shapes[3]),
                        inner.floats(gradients[4], shapes[4]),
                        inner.floats(gradients[5], shapes[5]));
                optimiser.update(inner, given, rate, step);
            }
            twin.update(gradients, rate, step);
        }

        for (int i = 0; i < start.length; i++) {
            assertThat(distance(weights.get(i).floats(), twin.weights()[i]))
                    .isLessThan(rule instanceof UpdateRule.Muon ? 1e-5 : 1e-6); // small singular values grow 500 times
        }
    }

    /** Newton-Schulz leaves singular values between 0.68 and 1.14, the paper of its numbers says; not all of them 1. */
    @Test
    void muonMovesEveryDirectionOfAMatrixAlikeHoweverMuchTheGradientDiffers() {
        for (long[] shape : List.of(new long[] {2, 3}, new long[] {3, 2}, new long[] {3, 2, 1, 1})) {
            Tensor weights = scope.zeros(shape);
            Optimiser optimiser = new Optimiser(torch, new UpdateRule.Muon(0, 0.9, 0.99, 1e-8), List.of(weights));
            float[] gradient = new float[6];
            int below = (int) (6 / shape[0]) + 1;
            gradient[0] = 30;
            gradient[below] = -2;

            optimiser.update(scope, List.of(scope.floats(gradient, shape)), 0.1, 1);

            float[] moved = weights.floats();
            double length = 0.1 * (shape[0] == 3 ? Math.sqrt(1.5) : 1);
            assertThat(-moved[0] / length).isBetween(0.68, 1.14);
            assertThat(moved[below] / length).isBetween(0.68, 1.14);
            moved[0] = 0;
            moved[below] = 0;
            assertThat(moved).containsExactly(new float[6], within(1e-9f));
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void whoeverHelpsNoBitChanges(UpdateRule rule) {
        Random random = new Random(7);
        long[][] shapes = {{8, 3, 3, 3}, {8}, {16, 8, 1, 1}, {16}, {4, 16}, {5, 4}};
        List<Tensor> alone = new ArrayList<>();
        List<Tensor> helped = new ArrayList<>();
        for (long[] shape : shapes) {
            float[] start = gaussian(random, (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b));
            alone.add(scope.floats(start, shape));
            helped.add(scope.floats(start, shape));
        }
        List<TensorGroup> groups = List.of(new TensorGroup(0, 2, 0.5, 1), new TensorGroup(2, 6, 1, 0));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Torch more = Torch.open(1);
                Optimiser one = new Optimiser(torch, rule, new GradientClipping(1), alone, groups);
                Optimiser two = new Optimiser(torch, rule, new GradientClipping(1), helped, groups)) {
            two.shareWith(List.of(new Optimiser.Hand(more, thread)));
            for (int step = 1; step <= 3; step++) {
                List<Tensor> first = new ArrayList<>();
                List<Tensor> second = new ArrayList<>();
                for (long[] shape : shapes) {
                    float[] gradient =
                            gaussian(random, (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b));
                    first.add(scope.floats(gradient, shape));
                    second.add(scope.floats(gradient, shape));
                }
                one.update(scope, first, 0.1, step);
                two.update(scope, second, 0.1, step);
            }

            for (int i = 0; i < shapes.length; i++) {
                assertThat(helped.get(i).floats()).isEqualTo(alone.get(i).floats());
            }
            assertThat(two.values()).usingRecursiveComparison().isEqualTo(one.values());
        } finally {
            thread.shutdown();
        }
    }

    @Test
    void goesOnFromItsStateAsIfItHadNeverStopped() {
        UpdateRule rule = new UpdateRule.AdamW(0, 0.9, 0.99, 1e-8);
        Tensor through = scope.floats(new float[] {1, 2}, 2);
        Optimiser whole = new Optimiser(torch, rule, List.of(through));
        whole.update(scope, List.of(scope.floats(new float[] {3, -1}, 2)), 0.1, 1);
        Map<String, List<float[]>> state = whole.values();
        Tensor resumed = scope.floats(through.floats(), 2);
        Optimiser second = new Optimiser(torch, rule, List.of(resumed));

        second.restore(state);
        second.update(scope, List.of(scope.floats(new float[] {0.5f, 7}, 2)), 0.1, 2);
        whole.update(scope, List.of(scope.floats(new float[] {0.5f, 7}, 2)), 0.1, 2);

        assertThat(resumed.floats()).containsExactly(through.floats());
    }

    /** The gradient of both tensors together, (3, 4, 12), is 13 long. */
    private List<float[]> clippedTo(double norm, UpdateRule rule, float[] start, float scale) {
        List<Tensor> weights = List.of(scope.floats(start, 1, 2), scope.zeros(1));
        Optimiser optimiser = new Optimiser(torch, rule, new GradientClipping(norm), weights);
        Tensor first = scope.floats(new float[] {3 * scale, 4 * scale}, 1, 2);
        optimiser.update(scope, List.of(first, scope.floats(new float[] {12 * scale}, 1)), 1, 1);
        return weights.stream().map(Tensor::floats).toList();
    }

    @Test
    void aGradientThatIsTooLongIsScaledToTheNormOverAllTensorsTogether() {
        List<float[]> weights = clippedTo(6.5, new UpdateRule.Sgd(0, 0), new float[2], 1);

        assertThat(weights.get(0)).containsExactly(new float[] {-1.5f, -2}, within(1e-6f));
        assertThat(weights.get(1)).containsExactly(new float[] {-6}, within(1e-6f));
    }

    @Test
    void aGradientThatIsShortEnoughStaysAsItIsToTheBit() {
        assertThat(clippedTo(14, new UpdateRule.Sgd(0, 0), new float[2], 1).get(0))
                .containsExactly(-3, -4);
    }

    @Test
    void decayIsAddedAfterClipping() {
        assertThat(clippedTo(6.5, new UpdateRule.Sgd(0.1, 0), new float[] {10, 20}, 1)
                        .get(0))
                .containsExactly(new float[] {10 - 1.5f - 1, 20 - 2 - 2}, within(1e-5f));
    }

    @Test
    void aGradientWhoseSquareOverflowsIsClippedToo() {
        assertThat(clippedTo(6.5, new UpdateRule.Sgd(0, 0), new float[2], 1e30f).get(0))
                .containsExactly(new float[] {-1.5f, -2}, within(1e-5f));
    }

    @Test
    void aNormThatNothingCouldHaveIsRefused() {
        for (double norm : new double[] {0, -1, Double.NaN}) {
            assertThatThrownBy(() -> new GradientClipping(norm))
                    .hasMessage("Gradients are clipped to a norm above 0, not " + norm
                            + "; leave clipping out to leave them as they are");
        }
        assertThatThrownBy(() -> new UpdateRule.Sgd(0, 0, true))
                .hasMessage("Nesterov's momentum looks ahead by a momentum above 0, and it is 0; 0.9 is usual");
    }

    @Test
    void theStateOfAnotherRuleIsNotTaken() {
        Optimiser lars = new Optimiser(torch, new UpdateRule.Lars(0, 0.9, 0.001), List.of(scope.zeros(2)));

        assertThatThrownBy(() -> lars.restore(Map.of("mean", List.of(), "square", List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The optimiser keeps [velocity], but the state has [");
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aHeldGroupBeginsAfterItsStepsAsIfItWereTheFirst(UpdateRule rule) {
        Random random = new Random(6);
        float[] start = gaussian(random, 6);
        Tensor held = scope.floats(start, 2, 3);
        Tensor free = scope.floats(start, 2, 3);
        Tensor late = scope.floats(start, 2, 3);
        Tensor always = scope.floats(start, 2, 3);
        Optimiser grouped = new Optimiser(
                torch,
                rule,
                GradientClipping.NONE,
                List.of(held, free),
                List.of(new TensorGroup(0, 1, 1, 3), new TensorGroup(1, 2, 1, 0)));
        Optimiser lately = new Optimiser(torch, rule, List.of(late));
        Optimiser ever = new Optimiser(torch, rule, List.of(always));

        for (int step = 1; step <= 6; step++) {
            float[] first = gaussian(random, 6);
            float[] second = gaussian(random, 6);
            grouped.update(scope, List.of(scope.floats(first, 2, 3), scope.floats(second, 2, 3)), 0.1, step);
            ever.update(scope, List.of(scope.floats(second, 2, 3)), 0.1, step);
            if (step > 3) {
                lately.update(scope, List.of(scope.floats(first, 2, 3)), 0.1, step - 3);
            } else {
                assertThat(held.floats()).isEqualTo(start);
                assertThat(grouped.values().values())
                        .allSatisfy(state -> assertThat(state.get(0)).isEqualTo(new float[6]));
            }
        }

        assertThat(held.floats()).isEqualTo(late.floats()).isNotEqualTo(start);
        assertThat(free.floats()).isEqualTo(always.floats());
    }

    @Test
    void aGroupMovesByItsShareOfTheRateAndCountsForTheNormOnceItMoves() {
        List<Tensor> weights = List.of(scope.zeros(1), scope.zeros(1));
        Optimiser optimiser = new Optimiser(
                torch,
                new UpdateRule.Sgd(0, 0),
                new GradientClipping(1),
                weights,
                List.of(new TensorGroup(0, 1, 0.5, 1), new TensorGroup(1, 2, 1, 0)));

        optimiser.update(scope, List.of(scope.floats(new float[] {4}, 1), scope.floats(new float[] {3}, 1)), 1, 1);
        assertThat(weights.get(0).floats()).containsExactly(0);
        assertThat(weights.get(1).floats())
                .as("3 alone, clipped to 1")
                .containsExactly(new float[] {-1}, within(1e-6f));

        optimiser.update(scope, List.of(scope.floats(new float[] {4}, 1), scope.floats(new float[] {3}, 1)), 1, 2);
        assertThat(weights.get(0).floats()).as("half of 4 of 5").containsExactly(new float[] {-0.4f}, within(1e-6f));
        assertThat(weights.get(1).floats()).containsExactly(new float[] {-1.6f}, within(1e-6f));
    }

    private static float[] gaussian(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Largest difference, in units of the largest value where that is above 1. */
    private static double distance(float[] actual, double[] expected) {
        double worst = 0;
        double largest = 1;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
            largest = Math.max(largest, Math.abs(expected[i]));
        }
        return worst / largest;
    }
}
