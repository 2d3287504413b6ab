package io.streamclr.embed.encoders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncoderPublished;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GateTest {

    private static final Map<String, Double> LEAST = Map.of("held-out-knn", 0.6);

    @Test
    void anOpenGateLetsEveryEncoderPass() {
        assertThat(Gate.OPEN.passes(encoder("any", Map.of()))).isTrue();
    }

    @Test
    void anEncoderPassesFromTheLeastScoreOn() {
        Gate gate = new Gate("", LEAST);

        assertThat(gate.passes(encoder("a", Map.of("held-out-knn", 0.6)))).isTrue();
        assertThat(gate.passes(encoder("a", Map.of("held-out-knn", 0.5999)))).isFalse();
        assertThat(gate.passes(encoder("a", Map.of("held-out-knn", Double.NaN))))
                .isFalse();
    }

    @Test
    void anEncoderWithoutTheScoreDoesNotPass() {
        assertThat(new Gate("", LEAST).passes(encoder("a", Map.of("other", 0.9))))
                .isFalse();
    }

    @Test
    void anotherRunsEncoderDoesNotPass() {
        assertThat(new Gate("a", Map.of()).passes(encoder("a", Map.of()))).isTrue();
        assertThat(new Gate("a", Map.of()).passes(encoder("b", Map.of()))).isFalse();
    }

    @Test
    void itSaysWhatItWaitsFor() {
        assertThat(new Gate("a", LEAST).inWords()).isEqualTo("an encoder of run a with held-out-knn of 0.6 or more");
        assertThat(Gate.OPEN.inWords()).isEqualTo("an encoder");
    }

    @Test
    void aScoreThatNoneCanReachIsAMistake() {
        for (double least : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> new Gate("", Map.of("knn", least)))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageContaining("scores are from 0 to 1");
        }
    }

    private static EncoderPublished encoder(String run, Map<String, Double> scores) {
        return new EncoderPublished(run, 5L, "file:///e", "ab", scores, Instant.ofEpochMilli(9), List.of());
    }
}
