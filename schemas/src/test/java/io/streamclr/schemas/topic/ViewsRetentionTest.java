package io.streamclr.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewsRetentionTest {

    @ParameterizedTest
    @CsvSource({"PT10M, 1", "PT1H, 2", "PT2H, 3", "PT4H, 6", "PT16H, 24", "PT1S, 1"})
    void viewsAreKeptHalfAsLongAgainAsATrainerMayBeAwayInWholeHours(Duration absence, long hours) {
        assertThat(ViewsRetention.of(absence)).isEqualTo(Duration.ofHours(hours));
    }

    @Test
    void noAbsenceIsRefused() {
        assertThatThrownBy(() -> ViewsRetention.of(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTopicIsMadeForTheUsualAbsence() {
        assertThat(Topic.VIEWS.settings()).containsEntry("retention.ms", "21600000");
    }
}
