package io.streamclr.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.model.Network.Forward;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A network whose features are whitened for others, beside the same network without. */
class WhitenedNetworkTest {

    private static final int IMAGES = 24;
    private static final int SIDE = 16;

    /** Images do not see each other in it, so that features are the same in training and in evaluation. */
    private static final NetworkPlan PLAIN = new NetworkPlan(
                    18, 1.0 / 16, Stem.SMALL2, new HeadPlan(2, 0, 8, 0), false, Normalisation.NONE, Precision.FLOAT32)
            .withNorm(Norm.GROUP);

    private final Torch torch = Torch.open(1);
    private final Scope scope = torch.scope();

    @AfterEach
    void close() {
        torch.close();
    }

    @ParameterizedTest
    @EnumSource
    void itsTrainingIsTheSameToTheBit(Norm norm) {
        NetworkPlan plan = PLAIN.withNorm(norm);
        Architecture architecture = Architecture.of(plan);
        Architecture whitened = Architecture.of(plan.whitened(true));
        try (Network without = Network.of(torch, architecture, architecture.initialValues(1));
                Network with = Network.of(torch, whitened, whitened.initialValues(1))) {
            Tensor z = without.forwardWithGraph(scope, images(1), 0.1);
            Tensor same = with.forwardWithGraph(scope, images(1), 0.1);
            Tensor seed = scope.floats(Noise.numbers((int) z.size()), z.shape());
            List<Tensor> gradients = without.backward(scope, z, seed);
            List<Tensor> alike = with.backward(scope, same, seed);

            assertThat(same.floats()).containsExactly(z.floats());
            assertThat(alike).hasSameSizeAs(gradients);
            for (int i = 0; i < alike.size(); i++) {
                assertThat(alike.get(i).floats())
                        .containsExactly(gradients.get(i).floats());
            }
            Map<String, float[]> values = with.values();
            without.values()
                    .forEach((name, expected) ->
                            assertThat(values.get(name)).as(name).containsExactly(expected));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itsMomentsFollowTheMeanOfTheFeaturesAndTheDifferencesOfTwoViews(boolean apart) {
        try (Network without = plain();
                Network with = whitened()) {
            float[] mean = new float[features()];
            float[] covariance = with.values().get(Whitening.WITHIN);
            for (int batch = 0; batch < 3; batch++) {
                Tensor first = without.encode(scope, images(2 * batch));
                Tensor second = without.encode(scope, images(2 * batch + 1));
                follow(mean, covariance, first.floats(), second.floats());
                with.observe(scope, apart ? List.of(first, second) : List.of(joined(first, second)));
            }

            requireAlike(with.values().get(Whitening.MEAN), mean);
            requireAlike(with.values().get(Whitening.WITHIN), covariance);
        }
    }

    @Test
    void theFeaturesBesideEmbeddingsAreThoseTheyWereMadeFrom() {
        try (Network with = whitened()) {
            Forward computed = with.forwardAll(scope, images(1), 0);
            Forward recorded = with.forwardAllWithGraph(scope, images(1), 0);

            assertThat(computed.features().floats())
                    .containsExactly(recorded.features().floats())
                    .containsExactly(with.encodeRaw(scope, images(1)).floats());
            assertThat(computed.embeddings().floats())
                    .containsExactly(recorded.embeddings().floats())
                    .containsExactly(with.embed(scope, images(1), 0).floats());
        }
    }

    @Test
    void itGivesWhitenedFeaturesByTheMomentsOfNowAndProjectsThemAsTheyWereBefore() {
        try (Network without = plain();
                Network with = whitened()) {
            for (int batch = 0; batch < 2; batch++) {
                Tensor raw = without.encode(scope, images(5));
                with.observe(scope, List.of(raw, without.encode(scope, images(batch))));
                Map<String, float[]> values = with.values();
                Whitening map = Whitening.of(values.get(Whitening.MEAN), values.get(Whitening.WITHIN));

                Tensor found = with.encode(scope, images(5));

                assertThat(with.encodeRaw(scope, images(5)).floats()).containsExactly(raw.floats());
                requireAlike(found.floats(), apply(map, raw.floats()));
                requireAlike(
                        with.project(scope, found).floats(),
                        without.project(scope, raw).floats());
            }
        }
    }

    private Network plain() {
        Architecture architecture = Architecture.of(PLAIN);
        return Network.of(torch, architecture, architecture.initialValues(1));
    }

    private Network whitened() {
        Architecture architecture = Architecture.of(PLAIN.whitened(true));
        return Network.of(torch, architecture, architecture.initialValues(1));
    }

    private static int features() {
        return PLAIN.features();
    }

    private static void follow(float[] mean, float[] covariance, float[] first, float[] second) {
        int width = mean.length;
        for (int row = 0; row < width; row++) {
            double sum = 0;
            for (int image = 0; image < IMAGES; image++) {
                sum += first[image * width + row] + second[image * width + row];
            }
            mean[row] += (float) (Whitening.MOMENTUM * (sum / (2 * IMAGES) - mean[row]));
            for (int column = 0; column < width; column++) {
                double products = 0;
                for (int image = 0; image < 2 * IMAGES; image++) {
                    float[] view = image < IMAGES ? first : second;
                    int begin = image % IMAGES * width;
                    products += fromMiddle(view, first, second, begin + row)
                            * fromMiddle(view, first, second, begin + column);
                }
                int at = row * width + column;
                // Each image is a class of two, which leaves one degree of freedom of the two.
                covariance[at] += (float) (Whitening.MOMENTUM * (products / IMAGES - covariance[at]));
            }
        }
    }

    private static double fromMiddle(float[] view, float[] first, float[] second, int at) {
        return view[at] - 0.5 * (first[at] + (double) second[at]);
    }

    private Tensor joined(Tensor first, Tensor second) {
        FloatBuffer both = FloatBuffer.allocate(2 * IMAGES * features());
        both.put(first.floats()).put(second.floats());
        return scope.floats(both.array(), 2L * IMAGES, features());
    }

    private static float[] apply(Whitening map, float[] features) {
        int width = map.bias().length;
        float[] whitened = new float[features.length];
        for (int i = 0; i < features.length; i++) {
            int row = i % width;
            double sum = map.bias()[row];
            for (int column = 0; column < width; column++) {
                sum += (double) map.weight()[row * width + column] * features[i - row + column];
            }
            whitened[i] = (float) sum;
        }
        return whitened;
    }

    private static void requireAlike(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(2e-4f * Math.max(1, Math.abs(expected[i]))));
        }
    }

    private Tensor images(long seed) {
        return Noise.images(scope, seed, IMAGES, SIDE);
    }
}
