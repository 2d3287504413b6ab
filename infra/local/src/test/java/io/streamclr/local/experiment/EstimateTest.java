package io.streamclr.local.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstimateTest {

    @Test
    void everyRunTakesItsPairsAndItsMeasuresOnceForEachSeed(@TempDir Path folder) {
        ExperimentSettings settings = new ExperimentSettings("train", "test", 100_000, 3, 1000, 1000, 0);
        HeadExperiment head = new HeadExperiment();
        ExperimentPlan plan =
                new ExperimentPlan(head.name(), settings, "", head.runs(settings, BaseRecipe.GREY, folder));

        Estimate estimate = Estimate.of(plan, run -> new ExperimentRate(1000, 20));

        assertThat(estimate.lines()).hasSameSizeAs(plan.runs());
        assertThat(estimate.lines().get(0).seconds())
                .isEqualTo(3 * (plan.runs().get(0).pairs() / 1000.0 + 20));
        assertThat(estimate.text())
                .contains(plan.runs().get(0).name())
                .contains("100,000 pairs  3 seeds  about 6 min")
                .endsWith(" on this machine." + System.lineSeparator());
        assertThat(estimate.json().path("seconds").asLong()).isEqualTo(Math.round(estimate.seconds()));
    }

    @Test
    void everyRunHasTheRateOfItsNetwork(@TempDir Path folder) {
        ExperimentSettings settings = new ExperimentSettings("train", "test", 100_000, 1, 1000, 1000, 0);
        NetworkExperiment network = new NetworkExperiment();
        ExperimentPlan plan =
                new ExperimentPlan(network.name(), settings, "", network.runs(settings, BaseRecipe.GREY, folder));

        Estimate estimate = Estimate.of(plan, run -> new ExperimentRate(run.supervised() ? 2000 : 1000, 20));

        assertThat(estimate.lines().get(0).seconds()).isEqualTo(120);
        assertThat(estimate.lines().get(1).seconds()).isEqualTo(70);
        // 25 blocks of 4,096 pairs of 28 x 28 pixels.
        assertThat(estimate.viewBytes()).isEqualTo(25L * 4096 * 2 * 3 * 28 * 28);
        assertThat(estimate.text()).contains("Their views take up to 481 MB of disk at a time.");
        assertThat(estimate.text()).contains("100,000 pairs  1 seed").contains("100,000 images  1 seed");
    }

    @Test
    void whatARunReadsIsKnownBeforeItsWeightsAreRead() {
        ExperimentSettings settings = new ExperimentSettings("train", "test", 1_000, 1, 100, 100, 0);
        PlannedRun run = new PlannedRun(
                "continued",
                Map.of(),
                "grey",
                100,
                1_000,
                "--batch-size 100 --block 5 --weights nowhere.pth --freeze-steps 2",
                List.of(TrialMetric.KNN_H));
        ExperimentPlan plan = new ExperimentPlan("loss", settings, "", List.of(run));

        Estimate estimate = Estimate.of(plan, each -> new ExperimentRate(100, 20));

        assertThat(estimate.viewBytes()).isEqualTo(1_000L * 2 * 3 * 28 * 28);
    }
}
