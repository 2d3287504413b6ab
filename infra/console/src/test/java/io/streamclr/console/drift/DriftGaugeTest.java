package io.streamclr.console.drift;

import static io.streamclr.console.drift.Arrived.FIRST;
import static io.streamclr.console.drift.Arrived.SECOND;
import static io.streamclr.console.drift.Arrived.embedding;
import static io.streamclr.console.drift.Arrived.second;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DriftGaugeTest {

    private final DriftGauge gauge = gauge(Optional.empty());

    private static DriftGauge gauge(Optional<TimeRange> range) {
        return new DriftGauge(new DriftPlan(60, Duration.ofSeconds(100), range, 99, 1));
    }

    /** An image a second, from one second to another, which is left out. */
    private static void arrive(DriftGauge gauge, int from, int to, String digest, double centre) {
        for (int second = from; second < to; second++) {
            gauge.add(embedding(second, second, digest, centre), second(second));
        }
    }

    private static DriftReading read(DriftGauge gauge, int second) {
        return gauge.read(second(second)).orElseThrow();
    }

    @Test
    void imagesOfTheWindowAreComparedWithTheFirstThatTheEncoderEmbedded() {
        arrive(gauge, 0, 300, FIRST, 0);
        DriftReading calm = read(gauge, 300);
        arrive(gauge, 300, 400, FIRST, 4);
        DriftReading moved = read(gauge, 400);

        assertThat(calm.found().orElseThrow().pValue()).isGreaterThan(0.01);
        assertThat(moved.found().orElseThrow().pValue()).isEqualTo(0.01);
        assertThat(moved.referenceImages()).isEqualTo(60);
        assertThat(moved.windowImages()).isEqualTo(60);
        assertThat(moved.inWords())
                .matches(
                        "MMD\\^2 0\\.\\d{5}, p 0\\.01000: 60 images of the window and 60 of the reference \\(the encoder's"
                                + " first\\), encoder night@100 \\(1{12}\\)");
        assertThat(moved.object().path("p_value").asDouble()).isEqualTo(0.01);
    }

    @Test
    void noImageIsOfBothSamplesAndTooFewSayNothing() {
        assertThat(gauge.read(second(0))).isEmpty();
        arrive(gauge, 0, 60, FIRST, 0);
        assertThat(read(gauge, 60).windowImages()).isZero();
        arrive(gauge, 60, 109, FIRST, 0);
        DriftReading few = read(gauge, 109);

        assertThat(few.windowImages()).isEqualTo(49);
        assertThat(few.found()).isEmpty();
        assertThat(few.inWords())
                .startsWith("Too few images to say anything, because 50 are needed of each: 49 images");
        assertThat(few.object().path("mmd2").isNull()).isTrue();
        arrive(gauge, 109, 110, FIRST, 0);
        assertThat(read(gauge, 110).found()).isPresent();
        assertThat(read(gauge, 300).windowImages()).isZero();
    }

    @Test
    void afterASwitchTheNewEncodersFirstImagesAreTheReference() {
        arrive(gauge, 0, 200, FIRST, 0);
        arrive(gauge, 200, 400, SECOND, 4);
        gauge.add(embedding(150, 150, FIRST, 0), second(400)); // a partition that is read late

        DriftReading reading = read(gauge, 400);

        assertThat(reading.encoder().digest()).isEqualTo(SECOND);
        assertThat(reading.found().orElseThrow().pValue()).isGreaterThan(0.01);
    }

    @Test
    void whatIsReadLateIsOfTheReferenceIfItArrivedFirst() {
        arrive(gauge, 60, 120, FIRST, 4);
        arrive(gauge, 120, 160, FIRST, 0);
        for (int second = 0; second < 60; second++) {
            gauge.add(embedding(second, second, FIRST, 0), second(160));
        }

        DriftReading reading = read(gauge, 160);

        assertThat(reading.windowImages()).isEqualTo(60);
        assertThat(reading.found().orElseThrow().pValue()).isEqualTo(0.01);
    }

    @Test
    void imagesOfATimeThatIsGivenAreTheReferenceOfTheEncodersThatEmbeddedThem() {
        DriftGauge given = gauge(Optional.of(new TimeRange(second(100), second(200))));
        arrive(given, 0, 100, FIRST, 4);
        arrive(given, 100, 200, FIRST, 0);
        arrive(given, 200, 300, FIRST, 0);
        DriftReading ofRange = read(given, 300);
        arrive(given, 300, 420, SECOND, 0);
        DriftReading ofFirst = read(given, 420);

        assertThat(ofRange.ofRange()).isTrue();
        assertThat(ofRange.referenceImages()).isEqualTo(60);
        assertThat(ofRange.found().orElseThrow().pValue()).isGreaterThan(0.01);
        assertThat(ofFirst.ofRange()).isFalse();
        assertThat(ofFirst.encoder().digest()).isEqualTo(SECOND);
    }

    @Test
    void aVectorOfAnotherLengthIsRefused() {
        arrive(gauge, 0, 1, FIRST, 0);

        assertThatThrownBy(() -> gauge.add(embedding(1, 1, FIRST, new float[] {1, 2}), second(1)))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("has 2 features and others of the same encoder have 8");
    }

    @Test
    void anImageFromTheFutureDoesNotHoldUpWhatComesAfterIt() {
        gauge.add(embedding(0, 1_000_000, FIRST, 0), second(0));
        arrive(gauge, 1, 200, SECOND, 0);

        assertThat(read(gauge, 200).encoder().digest()).isEqualTo(SECOND);
    }
}
