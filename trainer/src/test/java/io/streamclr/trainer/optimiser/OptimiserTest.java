package io.streamclr.trainer.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
                new UpdateRule.Sgd(5e-4, 0.9),
                new UpdateRule.AdamW(1e-2, 0.9, 0.99, 1e-8));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void agreesWithPlainDoublesOverAHundredSteps(UpdateRule rule) {
        Random random = new Random(5);
        float[][] start = {gaussian(random, 12), gaussian(random, 4), new float[6], gaussian(random, 5)};
        long[][] shapes = {{3, 4}, {4}, {2, 3}, {5}};
        PlainTwin twin = new PlainTwin(rule, start, shapes);
        List<Tensor> weights = List.of(
                scope.floats(start[0], shapes[0]),
                scope.floats(start[1], shapes[1]),
                scope.floats(start[2], shapes[2]),
                scope.floats(start[3], shapes[3]));
        Optimiser optimiser = new Optimiser(torch, rule, weights);

        for (int step = 1; step <= 100; step++) {
            float[][] gradients = {
                gaussian(random, 12),
                gaussian(random, 4),
                step < 10 ? new float[6] : gaussian(random, 6),
                gaussian(random, 5)
            };
            double rate = 0.02 * step / 100;
            try (Scope inner = scope.inner()) {
                List<Tensor> given = List.of(
                        inner.floats(gradients[0], shapes[0]),
                        inner.floats(gradients[1], shapes[1]),
                        inner.floats(gradients[2], shapes[2]),
                        inner.floats(gradients[3], shapes[3]));
                optimiser.update(inner, given, rate, step);
            }
            twin.update(gradients, rate, step);
        }

        for (int i = 0; i < start.length; i++) {
            assertThat(distance(weights.get(i).floats(), twin.weights()[i])).isLessThan(1e-6);
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

    @Test
    void theStateOfAnotherRuleIsNotTaken() {
        Optimiser lars = new Optimiser(torch, new UpdateRule.Lars(0, 0.9, 0.001), List.of(scope.zeros(2)));

        assertThatThrownBy(() -> lars.restore(Map.of("mean", List.of(), "square", List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The optimiser keeps [velocity], but the state has [");
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
