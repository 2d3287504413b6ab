package io.streamclr.console.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import org.junit.jupiter.api.Test;

class TopicSampleTest {

    @Test
    void ofLargeImagesFewerAreTaken() {
        assertThat(TopicSample.fitting(32, 2500)).isEqualTo(2500);
        assertThat(TopicSample.fitting(224, 2500)).isEqualTo(445);
        assertThat(TopicSample.fitting(224, 100)).isEqualTo(100);
    }

    @Test
    void imagesOfWhichTooFewFitAreRefused() {
        assertThatThrownBy(() -> TopicSample.fitting(40_000, 2500))
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "Views of 40000 pixels are too large for a kNN probe of the images topic: 0 of them fit into"
                                + " 64 MiB; --probe-data gives other images");
    }
}
