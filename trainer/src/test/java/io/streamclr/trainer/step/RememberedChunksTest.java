package io.streamclr.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.loss.ContrastiveLoss;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.loss.ShownImages;
import io.streamclr.trainer.loss.TiledLoss;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.step.TrainingStep.Trained;
import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RememberedChunksTest {

    private static final int PAIRS = 11;
    private static final int SIDE = 12;
    private static final int CHUNK = 4;

    private final Torch torch = Torch.open(1);
    private final List<Torch> others = List.of(Torch.open(1), Torch.open(1));
    private final ContrastiveLoss loss = new TiledLoss(torch, LossPlan.ntXent(0.2));
    private final List<Integer> ways = new ArrayList<>();

    @AfterEach
    void close() {
        others.forEach(Torch::close);
        torch.close();
    }

    /** What the network is, how many devices share a batch, and how many chunks each remembers. */
    static Stream<Arguments> settings() {
        Backbone resnet = new ResNet(18, 1.0 / 8, 1, Stem.SMALL2, 1, false);
        Backbone transformer = new VisionTransformer(1, 64, 4, SIDE, true);
        return Stream.of(
                Arguments.of(resnet, Norm.BATCH, 1, 2),
                Arguments.of(resnet, Norm.BATCH, 1, 3),
                Arguments.of(resnet, Norm.BATCH, 1, 99),
                Arguments.of(resnet, Norm.BATCH, 2, 2),
                Arguments.of(resnet, Norm.GROUP, 3, 99),
                Arguments.of(transformer, Norm.GROUP, 1, 4));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void theySaveWaysForwardAndChangeNoBit(Backbone backbone, Norm norm, int devices, int remembered) {
        Architecture architecture = Architecture.of(
                new NetworkPlan(backbone, new HeadPlan(2, 0, 16, 0), norm, Normalisation.NONE, Precision.FLOAT32));
        Map<String, float[]> start = new TreeMap<>(architecture.initialValues(1));

        Map<String, float[]> usual = trained(architecture, devices, 1);
        Map<String, float[]> remembering = trained(architecture, devices, remembered);

        usual.forEach((name, values) -> assertThat(remembering.get(name)).containsExactly(values));
        assertThat(usual).hasSameSizeAs(remembering).anySatisfy((name, values) -> assertThat(values)
                .isNotEqualTo(start.get(name)));
        int chunks = TrainingStep.chunksOfADevice(PAIRS, CHUNK, devices);
        assertThat(chunks).isGreaterThan(1);
        // Forward, and back for twice as much.
        assertThat(ways).containsExactly(4 * chunks - 1, 4 * chunks - Math.min(remembered, chunks));
    }

    private Map<String, float[]> trained(Architecture architecture, int devices, int remembered) {
        byte[] noise = new byte[2 * PAIRS * SIDE * SIDE * 3];
        new Random(9).nextBytes(noise);
        ByteRows views =
                ByteRows.of(ByteBuffer.allocateDirect(noise.length).put(noise).flip(), SIDE * SIDE * 3);
        ShownImages images = ShownImages.numbered(IntStream.range(0, PAIRS).toArray());
        int[] all = new int[1];
        StepWatch watch = new StepWatch() {
            @Override
            public boolean goesOn() {
                return true;
            }

            @Override
            public void passed(int done, int of) {
                assertThat(done).isLessThanOrEqualTo(of);
                all[0] = of;
            }
        };
        Network network = Network.of(torch, architecture, architecture.initialValues(1));
        Optimiser optimiser = new Optimiser(torch, new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8), network.trained());
        try (TrainingStep step =
                new TrainingStep(torch, network, loss, optimiser, CHUNK, others.subList(0, devices - 1))) {
            step.remember(remembered);
            for (int count = 1; count <= 3; count++) {
                Trained trained = step.train(views, SIDE, SIDE, images, 0, 0.01, count, watch);
                assertThat(trained.moved()).isTrue();
            }
        }
        ways.add(all[0]);
        return network.values();
    }
}
