package io.streamclr.trainer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.trainer.health.Slice;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TrainingMetersTest {

    private static final Clock NOON = Clock.fixed(Instant.ofEpochMilli(100_000), ZoneOffset.UTC);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final TrainingMeters meters = new TrainingMeters(registry, NOON);

    @Test
    void theAgeOfAnImageIsCountedFromItsArrivalAndOnlyWhereItIsKnown() {
        meters.used(new long[] {99_000, -1, 97_000, 101_000});

        Timer ages = registry.get("streamclr.trainer.image.age").timer();
        assertThat(ages.count()).isEqualTo(3);
        assertThat(ages.totalTime(TimeUnit.SECONDS)).isEqualTo(1 + 3 + 0);
        assertThat(ages.max(TimeUnit.SECONDS)).isEqualTo(3);
    }

    @Test
    void whateverIsMeasuredIsAGaugeOfItsNameAndShowsTheNewest() {
        meters.measured(Map.of("feature_rank", 12.5));
        meters.measured(Map.of("feature_rank", 11.5, "knn", 0.8));

        assertThat(registry.get("streamclr.trainer.feature.rank").gauge().value())
                .isEqualTo(11.5);
        assertThat(registry.get("streamclr.trainer.knn").gauge().value()).isEqualTo(0.8);
    }

    @Test
    void everySliceIsAGaugeAndItsFallsAreCountedFromNone() {
        meters.sliced(List.of(new Slice("0", 10, 9), new Slice("other", 10, 3)));
        meters.sliced(List.of(new Slice("0", 10, 8), new Slice("other", 10, 4)));
        meters.forgotten("other");

        assertThat(sliceAccuracy("0")).isEqualTo(0.8);
        assertThat(sliceAccuracy("other")).isEqualTo(0.4);
        assertThat(falls("0")).isZero();
        assertThat(falls("other")).isEqualTo(1);
    }

    private double sliceAccuracy(String slice) {
        return registry.get("streamclr.trainer.held.out.slice.knn")
                .tag("slice", slice)
                .gauge()
                .value();
    }

    private double falls(String slice) {
        return registry.get("streamclr.trainer.forgotten")
                .tag("slice", slice)
                .counter()
                .count();
    }
}
