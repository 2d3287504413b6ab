package io.streamclr.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.model.Network.Momenta;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    @Test
    void itsMomentsFollowThoseOfTheFeaturesAtTheirOwnPace() {
        try (Network without = plain();
                Network with = whitened()) {
            float[] mean = new float[features()];
            float[] moment = with.values().get(Whitening.MOMENT);
            for (int batch = 0; batch < 3; batch++) {
                follow(
                        mean,
                        moment,
                        without.encode(scope, images(batch)).floats(),
                        Momenta.usual(0.2).moments());
                with.embed(scope, images(batch), 0.2);
            }
            with.embed(scope, images(3), 0);

            requireAlike(with.values().get(Whitening.MEAN), mean);
            requireAlike(with.values().get(Whitening.MOMENT), moment);
        }
    }

    @Test
    void itGivesWhitenedFeaturesByTheMomentsOfNowAndProjectsThemAsTheyWereBefore() {
        try (Network without = plain();
                Network with = whitened()) {
            for (int batch = 0; batch < 2; batch++) {
                with.embed(scope, images(batch), 0.9);
                Tensor raw = without.encode(scope, images(5));
                Map<String, float[]> values = with.values();
                Whitening map = Whitening.of(values.get(Whitening.MEAN), values.get(Whitening.MOMENT));

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

    private static void follow(float[] mean, float[] moment, float[] batch, double momentum) {
        int width = mean.length;
        for (int row = 0; row < width; row++) {
            double sum = 0;
            for (int image = 0; image < IMAGES; image++) {
                sum += batch[image * width + row];
            }
            mean[row] += (float) (momentum * (sum / IMAGES - mean[row]));
            for (int column = 0; column < width; column++) {
                double products = 0;
                for (int image = 0; image < IMAGES; image++) {
                    products += (double) batch[image * width + row] * batch[image * width + column];
                }
                int at = row * width + column;
                moment[at] += (float) (momentum * (products / IMAGES - moment[at]));
            }
        }
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
