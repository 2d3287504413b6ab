package io.streamclr.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The families of encoders, small. */
class BackboneTest {

    private static final int SIDE = 16;
    private static final int IMAGES = 6;

    private final Torch torch = Torch.open(2);
    private final Scope scope = torch.scope();

    @AfterEach
    void close() {
        torch.close();
    }

    static Stream<Backbone> small() {
        return Stream.of(
                new ResNet(50, 1.0 / 16, 2, Stem.SMALL2, 1, false),
                new VisionTransformer(2, 64, 4, SIDE, false),
                new VisionTransformer(1, 128, 8, SIDE, true),
                new ConvNext(List.of(1, 1, 2, 1), 16, Stem.SMALL2));
    }

    @ParameterizedTest
    @MethodSource("small")
    void isWhatItsNameAndItsFactsSay(Backbone backbone) {
        Map<String, Object> facts = backbone.facts();

        assertThat(Backbone.described(backbone.name(), fact -> Optional.ofNullable(facts.get(fact))
                        .map(Object::toString)))
                .isEqualTo(backbone);
    }

    @Test
    void publishedOnesHaveTheirNames() {
        for (String name : Backbone.names()) {
            Backbone named = Backbone.described(
                    name,
                    fact -> Optional.ofNullable(Map.of("stem", "small", "width", "1", "patch", "4", "image", "32")
                            .get(fact)));
            assertThat(named.name()).isEqualTo(name);
        }
        assertThatThrownBy(() -> ResNet.named("resnext50", Stem.SMALL, false))
                .hasMessageStartingWith("There is no backbone 'resnext50'; there are resnet10, ");
    }

    @ParameterizedTest
    @MethodSource("small")
    void trainsTheSameGradientEachTimeToTheBit(Backbone backbone) {
        Architecture architecture = architecture(backbone, Precision.FLOAT32);
        try (Network network = Network.of(torch, architecture, moved(architecture))) {
            List<float[]> once = gradients(network);
            List<float[]> again = gradients(network);

            assertThat(once).hasSize((int)
                    architecture.slots().stream().filter(Slot::trained).count());
            for (int i = 0; i < once.size(); i++) {
                assertThat(again.get(i)).isEqualTo(once.get(i));
                assertThat(once.get(i)).doesNotContain(Float.NaN).isNotEqualTo(new float[once.get(i).length]);
            }
        }
    }

    static Stream<Arguments> precisions() {
        return small().skip(2)
                .limit(2)
                .flatMap(each -> Stream.of(
                        Arguments.of(each, Precision.BFLOAT16, 0.05), Arguments.of(each, Precision.FLOAT16, 0.005)));
    }

    @ParameterizedTest
    @MethodSource("precisions")
    void halfPrecisionAgreesWithFullToItsOwnPrecision(Backbone backbone, Precision precision, double most) {
        Architecture full = architecture(backbone, Precision.FLOAT32);
        Map<String, float[]> values = moved(full);
        try (Network exact = Network.of(torch, full, values);
                Network rounded = Network.of(torch, architecture(backbone, precision), values)) {
            double features = apart(
                    List.of(rounded.encode(scope, images()).floats()),
                    List.of(exact.encode(scope, images()).floats()));

            assertThat(features).isBetween(1e-6, most);
            assertThat(apart(gradients(rounded), gradients(exact))).isBetween(1e-6, 3 * most);
        }
    }

    @Test
    void aFrozenProjectionOfPatchesIsNoWeightThatIsTrained() {
        Architecture free = architecture(new VisionTransformer(1, 64, 8, SIDE, false), Precision.FLOAT32);
        Architecture frozen = architecture(new VisionTransformer(1, 64, 8, SIDE, true), Precision.FLOAT32);

        assertThat(free.parameters() - frozen.parameters()).isEqualTo(64 * 3 * 8 * 8 + 64);
        assertThat(frozen.slots()).isEqualTo(free.slots());
        try (Network network = Network.of(torch, frozen, frozen.initialValues(1))) {
            assertThat(network.statistics()).isEmpty();
        }
    }

    @Test
    void imagesThatABackboneCannotTakeAreRefusedInASentence() {
        Architecture vit = architecture(new VisionTransformer(1, 64, 4, 32, false), Precision.FLOAT32);
        Architecture convnext = architecture(new ConvNext(List.of(1, 1, 1, 1), 16, Stem.IMAGENET), Precision.FLOAT32);
        try (Network small = Network.of(torch, vit, vit.initialValues(1));
                Network large = Network.of(torch, convnext, convnext.initialValues(1))) {
            assertThatThrownBy(() -> small.encode(scope, images()))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage(
                            "Images of 16x16 pixels cannot be shown to this ViT, whose positions are for 32x32; give"
                                    + " images of that size, or train one for these");
            assertThatThrownBy(() -> large.encode(scope, images()))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageContaining("takes 32 pixels and more each way");
        }
        assertThatThrownBy(() -> new VisionTransformer(1, 64, 5, 32, false)).hasMessageContaining("a divisor of");
        assertThatThrownBy(() -> new VisionTransformer(1, 100, 4, 32, false)).hasMessageContaining("a multiple of 64");
        assertThatThrownBy(() -> new VisionTransformer(1, 64, 1, 128, false)).hasMessageContaining("a larger --patch");
    }

    @Test
    void aConvNextHasMapsOfItsStagesAndAVitSaysThatItHasNone() {
        Architecture convnext = architecture(new ConvNext(List.of(1, 1, 2, 1), 16, Stem.SMALL2), Precision.FLOAT32);
        Architecture vit = architecture(new VisionTransformer(1, 64, 4, SIDE, false), Precision.FLOAT32);

        try (FeatureMaps maps = FeatureMaps.of(torch, convnext, convnext.initialValues(1), 2)) {
            assertThat(maps.encode(scope, images()).shape()).containsExactly(IMAGES, 4 * (16 + 32 + 64) + 128);
        }
        assertThatThrownBy(vit::requireMaps)
                .isInstanceOf(RefusalException.class)
                .hasMessage("A ViT has no stages, so there are no maps of them to measure; leave out --maps");
    }

    @Test
    void blocksOfAConvNextBeginNextToNothing() {
        Architecture one = architecture(new ConvNext(List.of(1, 1, 2, 1), 16, Stem.SMALL2), Precision.FLOAT32);
        Map<String, float[]> values = one.initialValues(1);

        assertThat(values.get("features.1.0.layer_scale")).containsOnly(1e-6f);
        assertThat(values.get("features.0.1.weight")).containsOnly(1);
        assertThat(one.encoderParameters()).isEqualTo(one.parameters() - head(128));
    }

    private static long head(int features) {
        return (long) features * features + 2L * features + 16L * features + 16;
    }

    private static Architecture architecture(Backbone backbone, Precision precision) {
        return Architecture.of(
                new NetworkPlan(backbone, new HeadPlan(2, 0, 16, 0), Norm.GROUP, Normalisation.IMAGENET, precision));
    }

    /** Weights as training leaves them: what began with nothing does something. */
    private static Map<String, float[]> moved(Architecture architecture) {
        Map<String, float[]> values = architecture.initialValues(3);
        Random random = new Random(4);
        values.forEach((name, tensor) -> {
            float most = name.endsWith("layer_scale") ? 0.5f : 0.05f;
            for (int i = 0; i < tensor.length; i++) {
                tensor[i] += most * (float) random.nextGaussian();
            }
        });
        return values;
    }

    private List<float[]> gradients(Network network) {
        Tensor z = network.forwardWithGraph(scope, images(), 0);
        float[] seed = new float[(int) z.size()];
        Random random = new Random(5);
        for (int i = 0; i < seed.length; i++) {
            seed[i] = (float) random.nextGaussian();
        }
        return network.backward(scope, z, scope.floats(seed, z.shape())).stream()
                .map(Tensor::floats)
                .toList();
    }

    private Tensor images() {
        byte[] pixels = new byte[IMAGES * SIDE * SIDE * 3];
        new Random(2).nextBytes(pixels);
        ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
        return scope.bytes(direct, IMAGES, SIDE, SIDE, 3);
    }

    /** The distance of all tensors together, relative to the length of the second ones. */
    private static double apart(List<float[]> some, List<float[]> others) {
        double apart = 0;
        double length = 0;
        for (int t = 0; t < some.size(); t++) {
            for (int i = 0; i < some.get(t).length; i++) {
                apart += Math.pow((double) some.get(t)[i] - others.get(t)[i], 2);
                length += Math.pow(others.get(t)[i], 2);
            }
        }
        return Math.sqrt(apart / length);
    }
}
