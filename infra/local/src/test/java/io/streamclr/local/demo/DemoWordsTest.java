package io.streamclr.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.console.probe.Measure;
import io.streamclr.console.probe.Scores;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoWordsTest {

    @Test
    void baselinesOfImagesWithLabelsAreAccuracyAndRetrieval() {
        Scores pixels = new Scores(Map.of(Measure.KNN_20, 0.8435, Measure.RETRIEVAL, 0.0266));
        Scores untrained = new Scores(Map.of(Measure.KNN_20, 0.7902, Measure.RETRIEVAL, 0.0169));

        assertThat(DemoWords.baselines(pixels, "untrained encoder", untrained))
                .isEqualTo(
                        "kNN accuracy and retrieval: raw pixels 84.4 % and 2.7 %, untrained encoder 79.0 % and 1.7 %");
    }

    @Test
    void baselinesWithoutLabelsAreRetrievalAlone() {
        assertThat(DemoWords.baselines(
                        new Scores(Map.of(Measure.RETRIEVAL, 0.13)),
                        "given encoder",
                        new Scores(Map.of(Measure.RETRIEVAL, 0.105))))
                .isEqualTo(
                        "retrieval (no kNN accuracy, which needs labels and --test): raw pixels 13.0 %, given encoder"
                                + " 10.5 %");
    }
}
