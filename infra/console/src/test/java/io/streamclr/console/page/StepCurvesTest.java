package io.streamclr.console.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.watch.TrainingListener.StepReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepCurvesTest {

    @TempDir
    Path run;

    private final History history = new History();
    private Checkpoints checkpoints;
    private StepCurves curves;

    @BeforeEach
    void lookAtTheRun() throws Exception {
        Files.createDirectories(run.resolve("step-00000020"));
        checkpoints = new Checkpoints(run);
        curves = new StepCurves(run, history, checkpoints);
    }

    @Test
    void aRunThatGoesOnHasTheCurvesOfItsEarlierStartsAndNoStepTwice() throws Exception {
        Files.writeString(run.resolve("metrics.jsonl"), """
                {"step":10,"at":"2026-11-23T04:00:00Z","loss":4.0,"pairs":80.0,"pairs_per_second":100.0}
                {"step":20,"at":"2026-11-23T04:00:01Z","loss":3.0,"pairs":160.0,"pairs_per_second":110.0}
                {"step":20,"at":"2026-11-23T04:00:01Z","feature_rank":7.5}
                {"step":30,"at":"2026-11-23T04:00:02Z","loss":2.0,"pairs":240.0,"pairs_per_second":120.0}
                """);

        curves.recall(20);
        curves.trained(new StepReport(21, 2.5, 0.01, 168, 130, 0, 0.1));
        curves.measured(21, Map.of("feature_rank", 8.0));

        assertThat(drawn())
                .isEqualTo("{\"step/loss\":[[10.0,20.0,21.0],[4.0,3.0,2.5]],"
                        + "\"step/pairs_per_second\":[[10.0,20.0,21.0],[100.0,110.0,130.0]],"
                        + "\"gauge/feature_rank\":[[20.0,21.0],[7.5,8.0]],"
                        + "\"step/learning_rate\":[[21.0],[0.01]],"
                        + "\"step/waiting_share\":[[21.0],[0.0]]}");
        assertThat(checkpoints.json().get(0).path("scores").toString()).isEqualTo("{\"feature_rank\":7.5}");
    }

    @Test
    void aStepThatLastsIsOnePointAndNoViewerIsSentAllCurvesAgain() {
        curves.used(21, Map.of("processor_cores", 1.5));
        long seen = history.since(-1).upTo();

        curves.used(21, Map.of("processor_cores", 1.7));
        History.News still = history.since(seen);
        curves.used(22, Map.of("processor_cores", 1.6));

        assertThat(still.whole()).isFalse();
        assertThat(still.curves()).isEmpty();
        assertThat(drawn()).isEqualTo("{\"step/processor_cores\":[[21.0,22.0],[1.5,1.6]]}");
    }

    @Test
    void whatWasRecordedOfSingleClassesIsNoCurve() throws Exception {
        Files.writeString(run.resolve("metrics.jsonl"), """
                {"step":20,"held_out_knn":0.5}
                {"step":20,"held_out_slice_knn/0":0.25,"held_out_slice_knn/1":0.75}
                """);

        curves.recall(20);

        assertThat(drawn()).isEqualTo("{\"gauge/held_out_knn\":[[20.0],[0.5]]}");
        assertThat(checkpoints.json().get(0).path("scores").toString()).isEqualTo("{\"held_out_knn\":0.5}");
    }

    @Test
    void ofAStepThatWasRecordedTwiceTheLaterEntryCounts() throws Exception {
        Files.writeString(run.resolve("metrics.jsonl"), """
                {"step":10,"loss":4.0}
                {"step":20,"loss":3.0}
                {"step":30,"loss":2.0}
                {"step":20,"loss":3.5}
                {"step":30,"loss":2.5}
                """);

        curves.recall(1_000);

        assertThat(drawn()).isEqualTo("{\"step/loss\":[[10.0,20.0,30.0],[4.0,3.5,2.5]]}");
    }

    @Test
    void theRecordsOfARunOfWeeksFitIntoACurve() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int step = 10; step <= 200_000; step += 10) {
            lines.append("{\"step\":").append(step).append(",\"loss\":1.5}\n");
        }
        Files.writeString(run.resolve("metrics.jsonl"), lines);

        curves.recall(200_000);

        int points = history.since(-1).curves().get("step/loss").get(0).size();
        assertThat(points).isBetween(Series.MOST_POINTS / 2, Series.MOST_POINTS);
    }

    @Test
    void withoutRecordsCurvesBeginWhereTheRunGoesOn() {
        curves.recall(20);

        assertThat(drawn()).isEqualTo("{}");
    }

    private String drawn() {
        return history.since(-1).curves().toString();
    }
}
