package io.streamclr.trainer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.trainer.run.SmallRuns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecordsTest {

    @TempDir
    Path home;

    @TempDir
    Path checkpoints;

    @Test
    void aRunLeavesItsFiguresAndPicturesBesideItsCheckpointsAndGoesOnWithThem() throws Exception {
        try (SmallRuns runs = SmallRuns.start(home, 400)) {
            runs.train(checkpoints, "recorded", "--steps 20 --measure-every 4");
            runs.train(checkpoints, "recorded", "--steps 30 --measure-every 4");
        }

        Path run = checkpoints.resolve("recorded");
        List<Long> losses = new ArrayList<>();
        List<Long> ranks = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            JsonNode figures = new ObjectMapper().readTree(line);
            if (figures.has("loss")) {
                losses.add(figures.path("step").asLong());
            }
            if (figures.has("feature_rank")) {
                ranks.add(figures.path("step").asLong());
            }
        }
        assertThat(losses).containsExactly(10L, 20L, 30L);
        assertThat(ranks).containsExactly(4L, 5L, 8L, 10L, 12L, 15L, 16L, 20L, 24L, 25L, 28L, 30L);
        try (Stream<Path> files = Files.list(run.resolve("tensorboard"))) {
            assertThat(files.map(file -> file.getFileName().toString().replaceAll("\\d+", "N")))
                    .containsExactlyInAnyOrder(
                            "events.out.tfevents.N.streamclr",
                            "events.out.tfevents.N.streamclr",
                            "features.tsv",
                            "features.png",
                            "projector_config.pbtxt");
        }
        assertThat(Files.readAllLines(run.resolve("tensorboard/features.tsv"))).hasSize(SmallRuns.BATCH);
    }
}
