package io.streamclr.trainer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.trainer.mlflow.RecordingServer;
import io.streamclr.trainer.record.FigureLines;
import io.streamclr.trainer.run.SmallRuns;
import io.streamclr.trainer.run.TrainMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.RunStatus;

class RunRecordsTest {

    @TempDir
    Path checkpoints;

    @Test
    void aRunLeavesItsFiguresAndPicturesBesideItsCheckpointsAndInMlflowAndGoesOnWithThem() throws Exception {
        List<RecordingServer.Kept> kept;
        try (SmallRuns runs = SmallRuns.start(400);
                RecordingServer server = RecordingServer.start()) {
            String options = "--measure-every 4 --mlflow " + server.address() + " --steps ";
            for (String steps : List.of("20", "30")) {
                assertThat(TrainMain.commandLine().execute(runs.arguments(checkpoints, "recorded", options + steps)))
                        .isZero();
            }
            kept = server.runs();
        }

        Path run = checkpoints.resolve("recorded");
        assertThat(kept).hasSize(1);
        assertThat(kept.get(0).info().getStatus()).isEqualTo(RunStatus.FINISHED);
        assertThat(kept.get(0).params()).containsEntry("batch-size", "8").containsEntry("recipe", "00000000000000aa");
        assertThat(inMlflow(kept.get(0))).isEqualTo(inLines(run)).hasSize(12);
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

    private static Map<Long, Map<String, Double>> inMlflow(RecordingServer.Kept kept) {
        Map<Long, Map<String, Double>> figures = new TreeMap<>();
        for (Metric metric : kept.metrics()) {
            add(figures, metric.getStep(), metric.getKey().replaceFirst("^[a-z]+/", ""), metric.getValue());
        }
        return figures;
    }

    private static Map<Long, Map<String, Double>> inLines(Path run) throws Exception {
        Map<Long, Map<String, Double>> figures = new TreeMap<>();
        FigureLines.read(
                run.resolve(FigureLines.FILE),
                (step, values) -> values.forEach((name, value) -> add(figures, step, name, value)));
        return figures;
    }

    /** Not what the process takes of the machine, which differs with the moment when somebody asks. */
    private static void add(Map<Long, Map<String, Double>> figures, long step, String name, double value) {
        if (!Set.of("processor_cores", "memory_bytes").contains(name)) {
            Double before =
                    figures.computeIfAbsent(step, none -> new TreeMap<>()).put(name, value);
            assertThat(before).as(name + " of step " + step + " is there once").isNull();
        }
    }
}
