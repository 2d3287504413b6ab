package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.local.Streamclr;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole experiment, small: broker, job, trainer, probes, table and charts. */
class ExperimentTest {

    private static final int SIDE = 12;

    /** Two runs that differ in their name alone, so that they must come to the same figures, and one that learns labels. */
    private static final String PLAN = """
            {
              "experiment": "head",
              "wishes": {
                "data": "%1$s", "test": "%2$s",
                "pairs": 1920, "seeds": 1, "images": 240, "measured": 240, "minutes": 0
              },
              "runs": [
                {
                  "name": "first", "at": {"head": "linear", "output": "8", "recipe": "grey"},
                  "recipe": "grey,size=12", "images": 240, "pairs": 1920,
                  "train": "--batch-size 16 --block 4 --width 0.0625 --stem small2 --head-layers 1 --head-output 8",
                  "measures": ["linear-h", "linear-z", "knn-h", "rotation-z", "crop-h"]
                },
                {
                  "name": "second", "at": {"head": "linear", "output": "16", "recipe": "grey"},
                  "recipe": "grey,size=12", "images": 240, "pairs": 1920,
                  "train": "--batch-size 16 --block 4 --width 0.0625 --stem small2 --head-layers 1 --head-output 8",
                  "measures": ["linear-h", "linear-z", "knn-h", "rotation-z", "crop-h"]
                },
                {
                  "name": "labels", "at": {"head": "none", "output": "128", "recipe": "grey"},
                  "recipe": "grey,size=12", "images": 240, "pairs": 1920, "supervised": true,
                  "train": "--batch-size 16 --width 0.0625 --stem small2 --head-layers 0 --learning-rate 0.01",
                  "measures": ["linear-h", "supervised"]
                }
              ]
            }
            """;

    @TempDir
    Path folder;

    @Test
    void anExperimentThatIsKilledGoesOnAndEndsWithATableAndChartsAndNothingIsDoneTwice() throws Exception {
        Path train = images("train", 240, 1);
        Path test = images("test", 120, 2);
        Path plan = folder.resolve("plan.json");
        Files.writeString(plan, PLAN.formatted(train, test));

        OwnJvm killed = OwnJvm.start(
                folder.resolve("killed.out"), List.of(), Streamclr.class.getName(), List.of(arguments(plan)));
        killed.await(() -> !files("results", "first-").isEmpty()
                && !files("checkpoints", "second-").isEmpty());
        killed.kill();
        byte[] first = Files.readAllBytes(files("results", "first-").get(0));

        Command resumed = Command.run(arguments(plan));
        Command again = Command.run(arguments(plan));

        assertThat(resumed.exitCode()).as(resumed.errors()).isZero();
        JsonNode figures = new ObjectMapper().readTree(resumed.lastLine());
        assertThat(figures.path("missing").asInt()).isZero();
        assertThat(figures.path("runs").get(0).path("figures"))
                .isEqualTo(figures.path("runs").get(1).path("figures"));
        assertThat(figures.path("runs")
                        .get(0)
                        .path("figures")
                        .path("linear-h")
                        .path("mean")
                        .asDouble())
                .isBetween(0.5, 1.0); // three classes that are easily distinguished
        JsonNode taught = figures.path("runs").get(2).path("figures");
        assertThat(taught.path("supervised").path("mean").asDouble()).isBetween(0.5, 1.0);
        assertThat(taught.path("linear-h").path("mean").asDouble()).isBetween(0.5, 1.0);
        assertThat(figures.path("floors").path("raw pixels").path("knn-h").asDouble())
                .isGreaterThan(0.5);
        assertThat(figures.path("floors").path("untrained encoder").has("crop-h"))
                .isTrue();
        assertThat(files("results", "first-").get(0)).hasBinaryContent(first);
        assertThat(folder.resolve("supervised")).isNotEmptyDirectory();
        assertThat(folder.resolve("head.png")).exists();
        assertThat(folder.resolve("head-forgets.svg")).content().contains("rotation-z");
        assertThat(again.lastLine()).isEqualTo(resumed.lastLine());
        assertThat(again.errors()).doesNotContain("run ");
    }

    private String[] arguments(Path plan) {
        return new String[] {
            "experiment", "head", "--home", folder.toString(), "--plan", plan.toString(), "--threads", "1", "--json"
        };
    }

    private List<Path> files(String kind, String prefix) throws IOException {
        Path place = folder.resolve(kind);
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(place)) {
            return all.filter(path -> path.toString().contains("/" + prefix))
                    .filter(path -> path.toString().endsWith(".json")
                            && !path.toString().contains(".partial"))
                    .toList();
        } catch (UncheckedIOException moved) {
            return List.of(); // a checkpoint was moved to its place while this looked there
        }
    }

    /** Bars that lie, stand, or cross, at places of their own, as an IDX file with its labels beside it. */
    private Path images(String name, int count, int seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        Path images = folder.resolve(name + "-images-idx3-ubyte");
        try (DataOutputStream pixels = new DataOutputStream(Files.newOutputStream(images));
                DataOutputStream labels =
                        new DataOutputStream(Files.newOutputStream(folder.resolve(name + "-labels-idx1-ubyte")))) {
            for (int number : new int[] {0x0803, count, SIDE, SIDE}) {
                pixels.writeInt(number);
            }
            labels.writeInt(0x0801);
            labels.writeInt(count);
            for (int i = 0; i < count; i++) {
                int kind = i % 3;
                int row = random.nextInt(2, SIDE - 2);
                int column = random.nextInt(2, SIDE - 2);
                for (int y = 0; y < SIDE; y++) {
                    for (int x = 0; x < SIDE; x++) {
                        boolean bright =
                                (kind != 1 && Math.abs(y - row) < 2) || (kind != 0 && Math.abs(x - column) < 2);
                        pixels.writeByte((bright ? 180 : 20) + random.nextInt(60));
                    }
                }
                labels.writeByte(kind);
            }
        }
        return images;
    }
}
