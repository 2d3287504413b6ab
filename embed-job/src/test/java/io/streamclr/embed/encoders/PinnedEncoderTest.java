package io.streamclr.embed.encoders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncoderPublished;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PinnedEncoderTest {

    @Test
    void aRunsNameMayHaveAnAtInIt() {
        assertThat(PinnedEncoder.of("a@b@12")).isEqualTo(new PinnedEncoder("a@b", 12));
    }

    @Test
    void whatIsNoRunAndStepIsAMistake() {
        for (String text : List.of("", "run", "@5", "run@", "run@-1", "run@x")) {
            assertThatThrownBy(() -> PinnedEncoder.of(text))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("--pin is " + text + ", but is written RUN@STEP, such as demo@1200");
        }
    }

    @Test
    void theNewestOfItsRunIsFoundInTheTopic() {
        EncoderPublished other = encoder("other", 7);
        EncoderPublished asked = encoder("run", 7);

        assertThat(new PinnedEncoder("run", 7).among(List.of(other, asked))).isEqualTo(asked);
    }

    @Test
    void aRunThatAnnouncedNothingIsNamed() {
        assertThatThrownBy(() -> new PinnedEncoder("run", 7).among(List.of(encoder("other", 7))))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("Run run has announced no encoder");
    }

    private static EncoderPublished encoder(String run, long step) {
        return new EncoderPublished(run, step, "file:///e", "ab", Map.of(), Instant.ofEpochMilli(9), List.of());
    }
}
