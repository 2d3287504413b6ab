package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.trainer.form.FileDigest;
import io.streamclr.trainer.health.HeldOutProbe;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.watch.OldData;
import io.streamclr.trainer.watch.TrainingListener;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run forgets of what its encoder knew before. */
class OldDataTest {

    @TempDir
    private static Path checkpoints;

    private static SmallRuns runs;

    @BeforeAll
    static void startABroker() throws Exception {
        runs = SmallRuns.start(200);
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    /** Two classes that differ by little, so that neighbours are sometimes wrong. */
    private static LabelledImages images(int side, int seed) {
        Random random = new Random(seed);
        int[] labels = new int[60];
        ByteBuffer pixels = ByteBuffer.allocateDirect(labels.length * side * side * 3);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 2;
            int level = 60 + 12 * labels[i] + random.nextInt(30);
            for (int k = 0; k < side * side * 3; k++) {
                pixels.put((byte) (level + random.nextInt(80)));
            }
        }
        return new LabelledImages(pixels.flip(), side, side, labels);
    }

    /** Trains, and gives what was reported of old data by step. */
    private static Map<Long, Map<String, Double>> train(String run, String more, OldData old) throws Exception {
        Map<Long, Map<String, Double>> heard = new TreeMap<>();
        new Training(runs.config(checkpoints, run, more), new SimpleMeterRegistry(), SmallRuns.REPLAYING)
                .watching(old)
                .run(new TrainingListener() {
                    @Override
                    public void trained(StepReport report) {}

                    @Override
                    public void measured(long step, Map<String, Double> gauges) {
                        if (gauges.containsKey("old_data_knn")) {
                            heard.put(step, gauges);
                        }
                    }
                });
        return heard;
    }

    @Test
    void whatIsForgottenIsCountedFromTheEncoderBeforeItsFirstStepAlsoAfterAStopAndChangesNoWeight() throws Exception {
        OldData old = new OldData(2, side -> images(side, 1));

        Map<Long, Map<String, Double>> heard = train("watched", "--steps 4 --learning-rate 0.05", old);
        heard.putAll(train("watched", "--steps 6 --learning-rate 0.05", old));

        assertThat(heard.keySet()).containsExactly(0L, 2L, 4L, 6L);
        double start = accuracyOfTheFirstEncoder("watched");
        assertThat(heard.get(0L)).isEqualTo(Map.of("old_data_knn", start, "old_data_forgotten", 0.0));
        heard.values().forEach(gauges -> assertThat(gauges.get("old_data_forgotten"))
                .isCloseTo(start - gauges.get("old_data_knn"), within(1e-12)));
        assertThat(heard.values().stream()
                        .map(gauges -> gauges.get("old_data_knn"))
                        .distinct())
                .as("the encoder moved, or this shows nothing")
                .hasSizeGreaterThan(1);
        JsonNode scores = new ObjectMapper()
                .readTree(checkpoints
                        .resolve("watched/step-00000006/encoder.json")
                        .toFile())
                .path("scores");
        assertThat(scores.path("old_data_knn_at_start").asDouble()).isEqualTo(start);
        assertThat(scores.path("old_data_knn").asDouble())
                .isEqualTo(heard.get(6L).get("old_data_knn"));
        assertThat(checkpoints.resolve("watched/step-00000006/README.md"))
                .content()
                .contains("`old_data_knn_at_start`");
        assertThat(SmallRuns.text(checkpoints.resolve("watched/metrics.jsonl"))).contains("\"old_data_forgotten\":");

        Outcome alone = runs.train(checkpoints, "alone", "--steps 6 --learning-rate 0.05");
        assertThat(SmallRuns.tensors(
                        new Outcome(6, 0, 0, 0, 0, 0, Optional.of(checkpoints.resolve("watched/step-00000006")))))
                .isEqualTo(SmallRuns.tensors(alone));
        assertThat(alone.checkpoint().orElseThrow().resolve("old-data.json")).doesNotExist();
    }

    /** By a probe of its own on the weights that a run of this seed begins with. */
    private static double accuracyOfTheFirstEncoder(String run) {
        TrainConfig config = runs.config(checkpoints, run, "--steps 4");
        Architecture architecture = Architecture.of(config.learning().network());
        try (Torch torch = Torch.open(1);
                Network network = Network.of(torch, architecture, architecture.initialValues(config.seed()));
                HeldOutProbe probe = new HeldOutProbe(torch, network, images(SmallRuns.SIDE, 1))) {
            probe.begin(0);
            return probe.advance().orElseThrow().accuracy();
        }
    }

    @Test
    void otherImagesAreComparedWithThemselves() throws Exception {
        train("changed", "--steps 2", new OldData(2, side -> images(side, 1)));

        Map<Long, Map<String, Double>> heard = train("changed", "--steps 4", new OldData(2, side -> images(side, 2)));

        assertThat(heard.keySet()).containsExactly(2L, 4L);
        assertThat(heard.get(2L).get("old_data_forgotten")).isZero();
    }

    @Test
    void aDamagedNoteIsRefusedInASentence() throws Exception {
        train("damaged", "--steps 2", new OldData(2, side -> images(side, 1)));
        Path checkpoint = checkpoints.resolve("damaged/step-00000002");
        Files.writeString(checkpoint.resolve("old-data.json"), "{\"format\":\"streamclr-old-data\",\"version\":9}");
        Files.writeString(
                checkpoint.resolve("SHA256SUMS"),
                String.join(
                        "",
                        Files.readString(checkpoint.resolve("SHA256SUMS"))
                                .lines()
                                .filter(line -> !line.startsWith("#") && !line.endsWith("old-data.json"))
                                .map(line -> line + "\n")
                                .toList()));
        // An older list, which must name every file: so this one is found by its own form.
        Files.writeString(
                checkpoint.resolve("SHA256SUMS"),
                Files.readString(checkpoint.resolve("SHA256SUMS"))
                        + FileDigest.of(checkpoint.resolve("old-data.json"))
                        + "  old-data.json\n");

        assertThatThrownBy(() -> train("damaged", "--steps 4", new OldData(2, side -> images(side, 1))))
                .hasMessageContaining("What was known of the old data cannot be read from ")
                .hasMessageContaining("version 9");
    }
}
