package io.streamclr.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.console.probe.Measure;
import io.streamclr.console.probe.ScoreTable;
import io.streamclr.console.probe.Scores;
import io.streamclr.local.demo.Verdict.Learned;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {

    @Test
    void whoIsAboveBothBaselinesHasLearned() {
        Verdict verdict = Verdict.of(table(Measure.KNN_20, 0.844, 0.82, 0.874), "untrained encoder", 12, 28);

        assertThat(verdict.learned()).isEqualTo(Learned.MUCH);
        assertThat(verdict.sentence())
                .isEqualTo("The encoder has learned from these images: kNN accuracy is 87.4 %, raw pixels 84.4 %, the"
                        + " untrained encoder 82.0 %; longer makes it better");
    }

    @Test
    void whoIsAboveTheUntrainedEncoderAloneHasBegun() {
        Verdict verdict = Verdict.of(table(Measure.KNN_20, 0.36, 0.33, 0.35), "untrained encoder", 2.25, 28);

        assertThat(verdict.learned()).isEqualTo(Learned.LITTLE);
        assertThat(verdict.sentence())
                .contains("not clearly above raw pixels yet (a point is noise)", "each image was seen 2.3 times")
                .doesNotContain("smaller views");
    }

    @Test
    void threeStepsThatMakeItWorseAreNotASuccess() {
        Verdict verdict = Verdict.of(table(Measure.RETRIEVAL, 0.096, 0.04, 0.033), "untrained encoder", 0.1, 48);

        assertThat(verdict.learned()).isEqualTo(Learned.NOTHING);
        assertThat(verdict.sentence())
                .startsWith("The encoder has learned nothing that shows yet: retrieval is 3.3 %")
                .endsWith("or smaller views such as --recipe imagenet,size=32");
    }

    @Test
    void aDifferenceWithinTheNoiseIsNone() {
        assertThat(Verdict.of(table(Measure.KNN_20, 0.3, 0.4, 0.405), "untrained encoder", 50, 28)
                        .learned())
                .isEqualTo(Learned.NOTHING);
        assertThat(Verdict.of(table(Measure.KNN_20, 0.4, 0.3, 0.405), "untrained encoder", 50, 28)
                        .learned())
                .isEqualTo(Learned.LITTLE);
    }

    private static ScoreTable table(Measure measure, double pixels, double untrained, double trained) {
        ScoreTable table = new ScoreTable();
        table.add("pixels", "raw pixels", new Scores(Map.of(measure, pixels)));
        table.add("untrained", "untrained encoder", new Scores(Map.of(measure, untrained)));
        table.add("trained", "trained encoder", new Scores(Map.of(measure, trained)));
        return table;
    }
}
