package io.streamclr.trainer.step;

import static io.streamclr.trainer.step.TensorNorms.norm;
import static io.streamclr.trainer.step.TensorNorms.relativeDistance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.loss.ContrastiveLoss;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.loss.ShownImages;
import io.streamclr.trainer.loss.TiledLoss;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.step.TrainingStep.Gradient;
import io.streamclr.trainer.step.TrainingStep.Trained;
import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingStepTest {

    private static final int PAIRS = 11;
    private static final int SIDE = 12;
    private static final Architecture ARCHITECTURE = Architecture.of(new NetworkPlan(
                    18, 1.0 / 16, Stem.SMALL2, new HeadPlan(2, 0, 16, 0), false, Normalisation.NONE, Precision.FLOAT32)
            .whitened(true));

    private final Torch torch = Torch.open(1);
    private final List<Torch> others = new ArrayList<>();
    private final Scope scope = torch.scope();
    private final ByteBuffer views = noise();
    private final ByteRows rows = ByteRows.of(views, SIDE * SIDE * 3);
    private final int[] images = IntStream.range(0, PAIRS).toArray();
    private final Map<String, float[]> start = ARCHITECTURE.initialValues(1);
    private final ContrastiveLoss loss = new TiledLoss(torch, LossPlan.ntXent(0.2));

    @AfterEach
    void close() {
        others.forEach(Torch::close);
        torch.close();
    }

    @Test
    void chunksPullTheGradientThatOneGraphOverTheSameChunksPulls() {
        Network network = Network.of(torch, ARCHITECTURE, start);
        List<Chunk> chunks = Chunk.cut(PAIRS, 4, 1);
        Script join = torch.compile("  def join(self, z: List[Tensor]) -> Tensor:\n    return torch.cat(z)\n");
        List<Tensor> parts = new ArrayList<>();
        for (Chunk chunk : chunks) {
            parts.add(network.forwardWithGraph(scope, rows(chunk), 0));
        }
        Tensor all = join.recording(scope, "join", parts).get(0);
        List<Tensor> whole = network.backward(
                scope,
                all,
                loss.evaluate(scope, all, ShownImages.numbered(images)).gradient());

        List<Tensor> chunked =
                step(network, 4).gradient(scope, views, SIDE, SIDE, images).gradients();

        assertThat(chunks).hasSize(6).extracting(Chunk::rows).containsExactly(3, 4, 4, 3, 4, 4);
        assertThat(relativeDistance(chunked, whole)).isLessThan(1e-5);
        assertThat(norm(chunked) / norm(whole)).isCloseTo(1, within(1e-5));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 7, 11, 21})
    void chunksOfAnySizePullTheGradientOfTheWholeBatchWithGroupNormalisation(int chunkViews) {
        Architecture grouped = Architecture.of(new NetworkPlan(
                        18,
                        1.0 / 8,
                        Stem.SMALL2,
                        new HeadPlan(2, 0, 16, 0),
                        false,
                        Normalisation.NONE,
                        Precision.FLOAT32)
                .withNorm(Norm.GROUP));
        Network network = Network.of(torch, grouped, grouped.initialValues(1));

        Gradient whole = step(network, 2 * PAIRS).gradient(scope, views, SIDE, SIDE, images);
        Gradient chunked = step(network, chunkViews).gradient(scope, views, SIDE, SIDE, images);

        assertThat(chunked.loss()).isCloseTo(whole.loss(), within(1e-6));
        assertThat(relativeDistance(chunked.gradients(), whole.gradients())).isLessThan(1e-5);
        assertThat(norm(chunked.gradients()) / norm(whole.gradients())).isCloseTo(1, within(1e-5));
    }

    @ParameterizedTest
    @CsvSource({"2, 11", "2, 4", "3, 4", "4, 6"})
    void severalDevicesGiveTheGradientAndTheStatisticsOfOne(int devices, int chunkViews) {
        List<Chunk> chunks = Chunk.cut(PAIRS, chunkViews, devices);
        int most = chunks.stream().mapToInt(Chunk::rows).max().orElseThrow();
        Network alone = Network.of(torch, ARCHITECTURE, start);
        Network shared = Network.of(torch, ARCHITECTURE, start);

        Gradient one = step(alone, most).gradient(scope, views, SIDE, SIDE, images);
        Gradient several = step(shared, chunkViews, devices).gradient(scope, views, SIDE, SIDE, images);

        assertThat(Chunk.cut(PAIRS, most, 1)).isEqualTo(chunks);
        assertThat(several.loss()).isCloseTo(one.loss(), within(1e-6));
        assertThat(relativeDistance(several.gradients(), one.gradients())).isLessThan(1e-6);
        assertThat(norm(several.gradients()) / norm(one.gradients())).isCloseTo(1, within(1e-6));
        for (String statistic : List.of("bn1.running_mean", "layer4.1.bn2.running_var", "head.1.bn.running_var")) {
            float[] expected = alone.values().get(statistic);
            float[] found = shared.values().get(statistic);
            for (int i = 0; i < expected.length; i++) {
                assertThat(found[i]).isCloseTo(expected[i], within(1e-6f * Math.max(1, Math.abs(expected[i]))));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 22", "1, 11", "1, 4", "2, 11", "2, 4", "3, 4", "4, 6"})
    void momentsOfFeaturesAreThoseOfBothViewsOfTheFirstImages(int devices, int chunkViews) {
        List<Chunk> chunks = Chunk.cut(PAIRS, chunkViews, devices);
        Network twin = Network.of(torch, ARCHITECTURE, start);
        Network trained = Network.of(torch, ARCHITECTURE, start);

        twin.observe(
                scope,
                Stream.of(chunks.get(0), chunks.get(chunks.size() / 2))
                        .distinct()
                        .map(chunk -> twin.forwardAll(scope, rows(chunk), 0).features())
                        .toList());
        step(trained, chunkViews, devices).gradient(scope, views, SIDE, SIDE, images);

        assertThat(chunks.get(chunks.size() / 2).from()).isEqualTo(chunks.size() == 1 ? 0 : PAIRS);
        for (String moment : List.of("whiten.running_mean", "whiten.running_within")) {
            assertThat(trained.values().get(moment))
                    .isEqualTo(twin.values().get(moment))
                    .isNotEqualTo(start.get(moment));
        }
    }

    @Test
    void severalDevicesTrainTheSameWeightsEachTimeToTheBit() {
        Network once = Network.of(torch, ARCHITECTURE, start);
        Network again = Network.of(torch, ARCHITECTURE, start);

        double[] first = train(once, 10, 2, PAIRS);
        double[] second = train(again, 10, 2, PAIRS);
        double[] alone = train(Network.of(torch, ARCHITECTURE, start), 10, 1, PAIRS);

        assertThat(first[9]).isLessThan(first[0]).isCloseTo(alone[9], within(1e-3));
        assertThat(second).containsExactly(first);
        assertThat(again.values().get("conv1.weight"))
                .containsExactly(once.values().get("conv1.weight"));
    }

    /** As a batch of more than 2 GiB does. */
    @ParameterizedTest
    @CsvSource({"4, 1, 5", "22, 1, 7", "5, 2, 1"})
    void aBatchInSeveralPiecesTrainsTheSameWeightsToTheBit(int chunkViews, int devices, int rowsEach) {
        int row = rows.rowBytes();
        ByteRows pieces = ByteRows.allocate(2 * PAIRS, row, rowsEach * row);
        for (int i = 0; i < 2 * PAIRS; i++) {
            pieces.put(i, rows.row(i));
        }
        Network whole = Network.of(torch, ARCHITECTURE, start);
        Network parted = Network.of(torch, ARCHITECTURE, start);
        try (TrainingStep one = step(whole, chunkViews, devices);
                TrainingStep several = step(parted, chunkViews, devices)) {
            Trained expected = one.train(rows, SIDE, SIDE, images, 0.1, 1);
            Trained trained = several.train(pieces, SIDE, SIDE, images, 0.1, 1);

            assertThat(trained.loss()).isEqualTo(expected.loss());
            assertThat(trained.embeddings()).containsExactly(expected.embeddings());
        }
        whole.values()
                .forEach((name, values) -> assertThat(parted.values().get(name)).containsExactly(values));
        assertThat(parted.values().get("conv1.weight")).isNotEqualTo(start.get("conv1.weight"));
    }

    /** Plain descent at a rate of 1 moves the weights by the gradient. */
    @ParameterizedTest
    @CsvSource({"1, 22, FLOAT32", "1, 4, FLOAT32", "2, 11, FLOAT32", "3, 4, BFLOAT16", "2, 4, FLOAT16"})
    void theGradientOfTheWholeBatchIsClippedHoweverItIsCutAndShared(int devices, int chunkViews, Precision precision) {
        Architecture architecture = Architecture.of(ARCHITECTURE.plan().with(precision));
        Network network = Network.of(torch, architecture, start);
        double length;
        try (TrainingStep step = step(network, chunkViews, devices)) {
            length = norm(step.gradient(scope, views, SIDE, SIDE, images).gradients());
        }
        double most = length / 8;
        Optimiser optimiser =
                new Optimiser(torch, new UpdateRule.Sgd(0, 0), new GradientClipping(most), network.trained());
        List<Torch> more = others(devices);

        try (TrainingStep step = new TrainingStep(torch, network, loss, optimiser, chunkViews, more)) {
            assertThat(step.train(views, SIDE, SIDE, images, 1, 1).moved()).isTrue();
        }

        double moved = 0;
        for (Slot slot : architecture.slots()) {
            float[] now = network.values().get(slot.name());
            for (int i = 0; slot.trained() && i < now.length; i++) {
                moved += Math.pow((double) now[i] - start.get(slot.name())[i], 2);
            }
        }
        assertThat(length).isGreaterThan(0.1);
        assertThat(Math.sqrt(moved) / most).isCloseTo(1, within(1e-4));
    }

    @Test
    void aGradientThatIsNotFiniteMovesNoWeightAlthoughTheLossIsFinite() {
        Network network = Network.of(torch, ARCHITECTURE, start);
        float[] gradients = new float[2 * PAIRS * 16];
        gradients[5] = Float.POSITIVE_INFINITY;
        ContrastiveLoss overflowing = new ContrastiveLoss() {
            @Override
            public Evaluation evaluate(Scope owner, Tensor embeddings, ShownImages images) {
                return new Evaluation(1, owner.floats(gradients, 2 * PAIRS, 16), 0);
            }

            @Override
            public void close() {}
        };
        Optimiser optimiser = new Optimiser(torch, new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8), network.trained());
        TrainingStep step = new TrainingStep(torch, network, overflowing, optimiser, 2 * PAIRS);

        Trained trained = step.train(views, SIDE, SIDE, images, 0.1, 1);

        assertThat(trained.loss()).isEqualTo(1);
        assertThat(trained.moved()).isFalse();
        assertThat(network.values().get("conv1.weight")).containsExactly(start.get("conv1.weight"));
    }

    @Test
    void theGradientIsTheSlopeOfTheLoss() {
        Network network = Network.of(torch, ARCHITECTURE, start);
        List<Tensor> gradients =
                step(network, 22).gradient(scope, views, SIDE, SIDE, images).gradients();
        double gradient = norm(gradients) * norm(gradients);
        Script move = torch.compile("  def move(self, w: List[Tensor], g: List[Tensor], by: Tensor) -> Tensor:\n"
                + "    torch._foreach_add_(w, torch._foreach_mul(g, float(by)))\n    return by\n");
        double by = 3e-4 / norm(gradients);

        move.one(scope, "move", network.trained(), gradients, scope.hostDoubles(by));
        double above =
                step(network, 22).gradient(scope, views, SIDE, SIDE, images).loss();
        move.one(scope, "move", network.trained(), gradients, scope.hostDoubles(-2 * by));
        double below =
                step(network, 22).gradient(scope, views, SIDE, SIDE, images).loss();

        assertThat((above - below) / (2 * by) / gradient).isCloseTo(1, within(0.02));
    }

    @Test
    void runningStatisticsMoveOnceHoweverManyChunksThereAre() {
        Network inOne = Network.of(torch, ARCHITECTURE, start);
        Network inTwo = Network.of(torch, ARCHITECTURE, start);

        step(inOne, 22).gradient(scope, views, SIDE, SIDE, images);
        step(inTwo, 11).gradient(scope, views, SIDE, SIDE, images);

        float[] one = inOne.values().get("bn1.running_mean");
        float[] two = inTwo.values().get("bn1.running_mean");
        for (int i = 0; i < one.length; i++) {
            assertThat(two[i]).isCloseTo(one[i], within(1e-6f));
        }
    }

    @Test
    void trainingLearnsToTellImagesApartAndTheSameStartGivesTheSameWeights() {
        Network one = Network.of(torch, ARCHITECTURE, start);
        Network other = Network.of(torch, ARCHITECTURE, start);

        double[] first = train(one, 25);
        double[] again = train(other, 25);

        assertThat(first[24]).isLessThan(first[0] / 2);
        assertThat(again).containsExactly(first);
        assertThat(other.values().get("layer4.1.conv2.weight"))
                .containsExactly(one.values().get("layer4.1.conv2.weight"));
    }

    @Test
    void aLossThatIsNoNumberMovesNoWeight() {
        Map<String, float[]> broken = ARCHITECTURE.initialValues(1);
        broken.get("head.1.linear.weight")[0] = Float.NaN;
        Network network = Network.of(torch, ARCHITECTURE, broken);

        double found =
                step(network, 22).train(views, SIDE, SIDE, images, 0.1, 1).loss();

        assertThat(found).isNaN();
        assertThat(network.values().get("conv1.weight")).containsExactly(start.get("conv1.weight"));
    }

    @Test
    void nativeMemoryIsAsFullAfterManyStepsAsAfterTwo() {
        Network network = Network.of(torch, ARCHITECTURE, start);
        try (TrainingStep step = step(network, 6)) {
            step.train(views, SIDE, SIDE, images, 0.01, 1);
            step.train(views, SIDE, SIDE, images, 0.01, 2);
            int before = torch.openHandles();
            for (int i = 3; i < 40; i++) {
                step.train(views, SIDE, SIDE, images, 0.01, i);
            }

            assertThat(torch.openHandles()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 3", "1, 12", "2, 2", "3, 1"})
    void aStepThatIsGivenUpBetweenTwoChunksMovesNothing(int devices, int after) {
        Network disturbed = Network.of(torch, ARCHITECTURE, start);
        Network other = Network.of(torch, ARCHITECTURE, start);
        try (TrainingStep step = step(disturbed, 4, devices);
                TrainingStep whole = step(other, 4, devices)) {
            step.train(views, SIDE, SIDE, images, 0.003, 1);
            whole.train(views, SIDE, SIDE, images, 0.003, 1);
            GivenUp watch = new GivenUp(after);

            assertThatThrownBy(() -> step.train(rows, SIDE, SIDE, ShownImages.numbered(images), 0, 0.003, 2, watch))
                    .isInstanceOf(StepAbandoned.class);

            assertThat(watch.chunks()).as("no chunk is begun after that").isEqualTo(after + 1);
            assertThat(values(disturbed)).isEqualTo(values(other));
            step.train(views, SIDE, SIDE, images, 0.003, 2);
            whole.train(views, SIDE, SIDE, images, 0.003, 2);
            assertThat(values(disturbed))
                    .as("and it is done again as if for the first time")
                    .isEqualTo(values(other));
        }
    }

    @Test
    void aStepOfOneChunkIsDoneThoughItIsNoLongerWanted() {
        try (TrainingStep step = step(Network.of(torch, ARCHITECTURE, start), 2 * PAIRS)) {
            assertThat(step.train(rows, SIDE, SIDE, ShownImages.numbered(images), 0, 0.003, 1, new GivenUp(0))
                            .moved())
                    .isTrue();
        }
    }

    private static Map<String, List<Float>> values(Network network) {
        Map<String, List<Float>> all = new TreeMap<>();
        network.values().forEach((name, values) -> {
            List<Float> row = new ArrayList<>();
            for (float value : values) {
                row.add(value);
            }
            all.put(name, row);
        });
        return all;
    }

    private double[] train(Network network, int steps) {
        return train(network, steps, 1, 2 * PAIRS);
    }

    private double[] train(Network network, int steps, int devices, int chunkViews) {
        double[] losses = new double[steps];
        try (TrainingStep step = step(network, chunkViews, devices)) {
            for (int i = 0; i < steps; i++) {
                losses[i] = step.train(views, SIDE, SIDE, images, 0.003, i + 1).loss();
            }
        }
        return losses;
    }

    private TrainingStep step(Network network, int chunkViews) {
        return step(network, chunkViews, 1);
    }

    /** The processor is every device. */
    private TrainingStep step(Network network, int chunkViews, int devices) {
        List<Torch> more = others(devices);
        Optimiser optimiser = new Optimiser(torch, new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8), network.trained());
        return new TrainingStep(torch, network, loss, optimiser, chunkViews, more);
    }

    private List<Torch> others(int devices) {
        List<Torch> more = new ArrayList<>();
        for (int d = 1; d < devices; d++) {
            more.add(Torch.open(1));
        }
        others.addAll(more);
        return more;
    }

    private Tensor rows(Chunk chunk) {
        int row = SIDE * SIDE * 3;
        ByteBuffer part = views.duplicate().position(chunk.from() * row).limit((chunk.from() + chunk.rows()) * row);
        return scope.bytes(part, chunk.rows(), SIDE, SIDE, 3);
    }

    /** Images of noise whose two views differ a little. */
    private static ByteBuffer noise() {
        Random random = new Random(9);
        byte[] first = new byte[PAIRS * SIDE * SIDE * 3];
        random.nextBytes(first);
        byte[] second = first.clone();
        for (int i = 0; i < second.length; i += 3) {
            second[i] = (byte) random.nextInt(256);
        }
        return ByteBuffer.allocateDirect(2 * first.length)
                .put(first)
                .put(second)
                .flip();
    }
}
