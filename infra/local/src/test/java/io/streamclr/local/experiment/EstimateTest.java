package io.streamclr.local.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstimateTest {

    @Test
    void everyRunTakesItsPairsAndItsMeasuresOnceForEachSeed(@TempDir Path folder) {
        ExperimentSettings wishes = new ExperimentSettings("train", "test", 100_000, 3, 1000, 1000, 0);
        HeadExperiment head = new HeadExperiment();
        ExperimentPlan plan = new ExperimentPlan(head.name(), wishes, "", head.runs(wishes, folder));

        Estimate estimate = Estimate.of(plan, new ExperimentRate(1000, 20));

        assertThat(estimate.lines()).hasSameSizeAs(plan.runs());
        assertThat(estimate.lines().get(0).seconds())
                .isEqualTo(3 * (plan.runs().get(0).pairs() / 1000.0 + 20));
        assertThat(estimate.text())
                .contains(plan.runs().get(0).name())
                .contains("100,000 pairs  3 seeds  about 6 min")
                .endsWith(" on this machine." + System.lineSeparator());
        assertThat(estimate.json().path("seconds").asLong()).isEqualTo(Math.round(estimate.seconds()));
    }
}
