package io.streamclr.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FeatureMapsTest {

    private static final int IMAGES = 3;
    private static final int SIDE = 16;

    private final Torch torch = Torch.open(1);
    private final Scope scope = torch.scope();

    @AfterEach
    void close() {
        torch.close();
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void averagesOfTheCellsAreTheFeaturesOfAllStages(Norm norm) {
        Architecture architecture = architecture(norm);
        int[] sides = {4, 4, 2, 1}; // of maps of 8, 4, 2 and 1 pixels
        int base = ((ResNet) architecture.plan().backbone()).base();
        float[] features = features(architecture);
        float[] maps = maps(architecture, 4);

        assertThat(maps).hasSize(IMAGES * base * (16 + 2 * 16 + 4 * 4 + 8));
        int at = 0;
        for (int image = 0; image < IMAGES; image++) {
            int feature = image * base * 15;
            for (int stage = 0; stage < sides.length; stage++) {
                int cells = sides[stage] * sides[stage];
                for (int channel = 0; channel < base << stage; channel++) {
                    float sum = 0;
                    for (int cell = 0; cell < cells; cell++) {
                        sum += maps[at++];
                    }
                    assertThat(sum / cells).isCloseTo(features[feature++], within(1e-5f));
                }
            }
        }
    }

    @Test
    void mapsOfOneCellAreTheFeaturesOfAllStages() {
        Architecture architecture = architecture(Norm.BATCH);
        float[] features = features(architecture);
        float[] maps = maps(architecture, 1);

        assertThat(maps).hasSameSizeAs(features);
        for (int i = 0; i < maps.length; i++) {
            assertThat(maps[i]).isCloseTo(features[i], within(1e-5f));
        }
    }

    private static Architecture architecture(Norm norm) {
        return Architecture.of(new NetworkPlan(
                        18, 1.0 / 16, Stem.SMALL2, HeadPlan.NONE, false, Normalisation.IMAGENET, Precision.FLOAT32)
                .withStages(ResNet.STAGES)
                .withNorm(norm));
    }

    private float[] features(Architecture architecture) {
        try (Network network = Network.of(torch, architecture, architecture.initialValues(5))) {
            return network.encode(scope, images()).floats();
        }
    }

    private float[] maps(Architecture architecture, int cells) {
        try (FeatureMaps maps = FeatureMaps.of(torch, architecture, architecture.initialValues(5), cells)) {
            return maps.encode(scope, images()).floats();
        }
    }

    private Tensor images() {
        byte[] pixels = new byte[IMAGES * SIDE * SIDE * 3];
        new Random(7).nextBytes(pixels);
        return scope.bytes(ByteBuffer.allocateDirect(pixels.length).put(pixels).flip(), IMAGES, SIDE, SIDE, 3);
    }
}
