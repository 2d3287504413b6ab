package io.streamclr.trainer.step;

import static io.streamclr.trainer.step.TensorNorms.norm;
import static io.streamclr.trainer.step.TensorNorms.relativeDistance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.loss.ContrastiveLoss;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.loss.TiledLoss;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.ConvNext;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.step.TrainingStep.Gradient;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Backbones that see each image by itself, so that a batch may be cut anywhere. */
class BackboneChunksTest {

    private static final int PAIRS = 11;
    private static final int SIDE = 12;

    private final Torch torch = Torch.open(1);
    private final Torch other = Torch.open(1);
    private final Scope scope = torch.scope();
    private final ContrastiveLoss loss = new TiledLoss(torch, LossPlan.ntXent(0.2));

    @AfterEach
    void close() {
        other.close();
        torch.close();
    }

    static Stream<Backbone> backbones() {
        return Stream.of(
                new VisionTransformer(2, 64, 4, SIDE, false),
                new VisionTransformer(1, 64, 4, SIDE, true),
                new ConvNext(List.of(1, 1, 1, 1), 16, Stem.SMALL));
    }

    @ParameterizedTest
    @MethodSource("backbones")
    void chunksAndDevicesPullTheGradientOfTheWholeBatch(Backbone backbone) {
        Architecture architecture = Architecture.of(new NetworkPlan(
                backbone, new HeadPlan(2, 0, 16, 0), Norm.GROUP, Normalisation.NONE, Precision.FLOAT32));
        byte[] noise = new byte[2 * PAIRS * SIDE * SIDE * 3];
        new Random(9).nextBytes(noise);
        ByteBuffer views = ByteBuffer.allocateDirect(noise.length).put(noise).flip();
        Network network = Network.of(torch, architecture, architecture.initialValues(1));

        Gradient whole = gradient(network, views, 2 * PAIRS, List.of());
        Gradient chunked = gradient(network, views, 7, List.of());
        Gradient shared = gradient(network, views, 7, List.of(other));

        for (Gradient cut : List.of(chunked, shared)) {
            assertThat(cut.loss()).isCloseTo(whole.loss(), within(1e-6));
            assertThat(relativeDistance(cut.gradients(), whole.gradients())).isLessThan(1e-5);
            assertThat(norm(cut.gradients()) / norm(whole.gradients())).isCloseTo(1, within(1e-5));
        }
    }

    private Gradient gradient(Network network, ByteBuffer views, int chunkViews, List<Torch> more) {
        Optimiser optimiser = new Optimiser(torch, new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8), network.trained());
        int[] images = IntStream.range(0, PAIRS).toArray();
        return new TrainingStep(torch, network, loss, optimiser, chunkViews, more)
                .gradient(scope, views, SIDE, SIDE, images);
    }
}
