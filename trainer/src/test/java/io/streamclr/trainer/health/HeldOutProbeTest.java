package io.streamclr.trainer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.trainer.encoder.Embedder;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.health.HeldOutProbe.Answer;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.probe.LabelDraw;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.probe.Probe;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HeldOutProbeTest {

    private static final int SIDE = 12;
    private static final int IMAGES = 300;

    private static Torch torch;

    @BeforeAll
    static void open() {
        torch = Torch.open(2);
    }

    @AfterAll
    static void close() {
        torch.close();
    }

    @Test
    void theAnswerIsThatOfAllImagesAtOnce() {
        try (Network network = network(1);
                HeldOutProbe probe = new HeldOutProbe(torch, network, images())) {
            probe.begin(700);

            Answer answer = answer(probe);

            assertThat(answer).isEqualTo(new Answer(700, atOnce(network), slicesOneByOne(network)));
            assertThat(answer.accuracy()).isBetween(0.4, 0.99);
            assertThat(answer.slices()).extracting(Slice::name).containsExactly("0", "1", "2");
        }
    }

    @Test
    void noCallEmbedsMoreThanASlice() {
        try (Network network = network(1);
                HeldOutProbe probe = new HeldOutProbe(torch, network, images())) {
            probe.begin(1);

            assertThat(probe.advance()).isEmpty();
            assertThat(probe.advance()).isEmpty();
            assertThat(probe.advance()).as("300 images, 128 at once").isPresent();
            assertThat(probe.atWork()).isFalse();
            assertThat(probe.advance()).isEmpty();
        }
    }

    @Test
    void whatIsTrainedMeanwhileDoesNotCountAndIsNotChanged() {
        try (Network network = network(1);
                Network other = network(9);
                HeldOutProbe probe = new HeldOutProbe(torch, network, images())) {
            double now = atOnce(network);
            probe.begin(1);
            int before = digest(network.values());
            probe.advance();

            assertThatThrownBy(() -> probe.begin(2)).isInstanceOf(IllegalStateException.class);
            assertThat(digest(network.values())).isEqualTo(before);
            network.become(other);

            assertThat(atOnce(network)).isNotEqualTo(now);
            assertThat(answer(probe).accuracy()).isEqualTo(now);
        }
    }

    @Test
    void itLeavesNothingOpen() {
        try (Network network = network(1)) {
            int before = torch.openHandles();
            HeldOutProbe probe = new HeldOutProbe(torch, network, images());
            probe.begin(1);
            answer(probe);
            int idle = torch.openHandles();
            probe.begin(2);
            answer(probe);
            assertThat(torch.openHandles()).isEqualTo(idle);
            probe.begin(3);
            probe.close();

            assertThat(torch.openHandles()).isEqualTo(before);
        }
    }

    private static Answer answer(HeldOutProbe probe) {
        Optional<Answer> answer = Optional.empty();
        while (answer.isEmpty()) {
            answer = probe.advance();
        }
        return answer.get();
    }

    private static double atOnce(Network network) {
        int[] elected = electedOneByOne(network);
        int[] labels = images().labels();
        return (double) IntStream.range(0, IMAGES)
                        .filter(i -> elected[i] == labels[i])
                        .count()
                / IMAGES;
    }

    private static List<Slice> slicesOneByOne(Network network) {
        int[] elected = electedOneByOne(network);
        int[] labels = images().labels();
        return IntStream.range(0, 3)
                .mapToObj(slice -> {
                    int[] rows = IntStream.range(0, IMAGES)
                            .filter(i -> labels[i] == slice)
                            .toArray();
                    long right =
                            Arrays.stream(rows).filter(i -> elected[i] == slice).count();
                    return new Slice(Integer.toString(slice), rows.length, (int) right);
                })
                .toList();
    }

    /** Each image asked by itself about all others, which are embedded without any copy of the network. */
    private static int[] electedOneByOne(Network network) {
        LabelledImages images = images();
        try (Embedder embedder = Embedder.of(torch, network::encode);
                Probe probe = Probe.on(torch)) {
            Features all = embedder.embed(images.pixels(0, IMAGES), IMAGES, SIDE, SIDE);
            return IntStream.range(0, IMAGES)
                    .map(asked -> {
                        int[] others = IntStream.range(0, IMAGES)
                                .filter(row -> row != asked)
                                .toArray();
                        return probe.nearest(all.rows(new int[] {asked}), all.rows(others), 20)
                                .elected(LabelDraw.pick(images.labels(), others), 20)[0];
                    })
                    .toArray();
        }
    }

    private static Network network(long seed) {
        Architecture architecture = Architecture.of(new NetworkPlan(
                18, 1.0 / 16, Stem.SMALL2, HeadPlan.REFERENCE, false, Normalisation.NONE, Precision.FLOAT32));
        return Network.of(torch, architecture, architecture.initialValues(seed));
    }

    private static int digest(Map<String, float[]> values) {
        return values.values().stream().mapToInt(Arrays::hashCode).sum();
    }

    /** Stripes across, stripes down and checks, so deep in noise that no network tells all of them. */
    private static LabelledImages images() {
        Random random = new Random(3);
        ByteBuffer pixels = ByteBuffer.allocateDirect(IMAGES * SIDE * SIDE * 3);
        int[] labels = new int[IMAGES];
        for (int i = 0; i < IMAGES; i++) {
            labels[i] = random.nextInt(3);
            for (int k = 0; k < SIDE * SIDE * 3; k++) {
                int y = k / 3 / SIDE;
                int x = k / 3 % SIDE;
                int stripe = labels[i] == 0 ? y / 2 : labels[i] == 1 ? x / 2 : y / 3 + x / 3;
                pixels.put((byte) (60 + 60 * (stripe % 2) + random.nextInt(130)));
            }
        }
        return new LabelledImages(pixels.flip(), SIDE, SIDE, labels);
    }
}
