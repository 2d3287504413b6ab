package io.streamclr.local.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamExperimentTest {

    private static final int IMAGES = 1_100;
    private static final int SIDE = 6;
    private static final int CLASSES = 10;

    @TempDir
    private Path folder;

    private Path data;

    /** Each image is of one grey that says its class, with a corner of its own. */
    @BeforeEach
    void writeLabelledImages() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        ByteBuffer images = ByteBuffer.allocate(16 + IMAGES * SIDE * SIDE);
        ByteBuffer labels = ByteBuffer.allocate(8 + IMAGES);
        images.putInt(0x803).putInt(IMAGES).putInt(SIDE).putInt(SIDE);
        labels.putInt(0x801).putInt(IMAGES);
        for (int i = 0; i < IMAGES; i++) {
            int label = random.nextInt(CLASSES);
            labels.put((byte) label);
            images.put((byte) (i / 256)).put((byte) i);
            for (int pixel = 2; pixel < SIDE * SIDE; pixel++) {
                images.put((byte) (10 + 20 * label));
            }
        }
        data = Files.write(folder.resolve("some-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve("some-labels-idx1-ubyte"), labels.array());
    }

    private static List<BufferedImage> stream(Path place) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(place)) {
            files = entries.sorted().toList();
        }
        List<BufferedImage> images = new ArrayList<>();
        for (Path file : files) {
            images.add(ImageIO.read(file.toFile()));
        }
        return images;
    }

    /** Of the grey in the last corner, which nothing moves far. */
    private static List<Integer> classes(List<BufferedImage> images) {
        return images.stream()
                .map(image -> Math.round((image.getRaster().getSample(SIDE - 1, SIDE - 1, 0) - 10) / 20f))
                .toList();
    }

    private List<Integer> classes(StreamOrder order) throws IOException {
        return classes(stream(order.write(data, 400, folder.resolve("streams"))));
    }

    @Test
    void theSameImagesComeInEachOrder() throws Exception {
        List<Integer> sorted = classes(StreamOrder.SORTED);
        List<Integer> rounds = classes(StreamOrder.TWO_ROUNDS);

        assertThat(sorted).hasSize(400).isSorted().contains(0, 9);
        assertThat(classes(StreamOrder.SHUFFLED))
                .containsExactlyInAnyOrderElementsOf(sorted)
                .isNotEqualTo(sorted);
        assertThat(rounds).containsExactlyInAnyOrderElementsOf(sorted);
        assertThat(rounds.subList(0, 200)).isSorted().contains(0, 9);
        assertThat(rounds.subList(200, 400)).isSorted().contains(0, 9);
    }

    @Test
    void aBurstShowsOneImageFourTimesAndNeverTheSameBytes() throws Exception {
        List<Integer> bursts = classes(StreamOrder.BURSTS);
        List<Integer> calm = classes(StreamOrder.CALM);

        assertThat(bursts).hasSize(400);
        assertThat(calm).hasSize(100);
        assertThat(IntStream.range(0, 400).filter(i -> bursts.get(i).equals(calm.get(i / 4))))
                .as("noise may change the corner by less than a class at most")
                .hasSizeGreaterThan(320);
        for (int first = 0; first < 400; first += 4) {
            assertThat(IntStream.range(first, first + 4).mapToObj(this::burst)).doesNotHaveDuplicates();
        }
    }

    private ByteBuffer burst(int number) {
        try {
            return ByteBuffer.wrap(
                    Files.readAllBytes(folder.resolve(String.format("streams/bursts-400/%07d", number))));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void allRunsHaveTheSameNumberOfUpdatesAndAllButTheBoundSeeTheirStreamOnce() {
        ExperimentSettings settings =
                new ExperimentSettings(data.toString(), data.toString(), 10_240, 1, 20_000, 100, 0);

        ExperimentPlan plan = new ExperimentPlan(
                "stream", settings, "", new StreamExperiment().runs(settings, BaseRecipe.GREY, folder));

        assertThat(plan.runs()).hasSize(43);
        assertThat(plan.trials()).allSatisfy(trial -> {
            boolean bound = trial.run().name().startsWith("bound");
            assertThat(trial.training(KafkaConnection.to("none:1"), folder, 1)
                            .learning()
                            .schedule()
                            .steps())
                    .isEqualTo(80);
            assertThat(trial.pairsRead())
                    .isEqualTo((bound ? 10L : 1L) * trial.run().images());
        });
        plan.write(folder.resolve("plan.json"));
        assertThat(ExperimentPlan.read(folder.resolve("plan.json"))).isEqualTo(plan);
    }

    @Test
    void moreImagesThanThereAreAreRefusedInASentence() {
        assertThatThrownBy(() -> StreamOrder.SORTED.write(data, 5_000, folder))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Streams of 5000 images are wanted, and " + data
                        + " holds 1100 with a label; give a smaller" + " --images");
    }
}
