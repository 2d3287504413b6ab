package io.streamclr.trainer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.streamclr.trainer.TrainingListener.StepReport;
import io.streamclr.trainer.health.Health;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;

/** What a dashboard sees of a training. */
final class TrainingMeters {

    private static final StepReport NONE = new StepReport(0, Double.NaN, 0, 0, 0, 0, 0);

    private final AtomicReference<StepReport> latest = new AtomicReference<>(NONE);
    private final AtomicReference<Health> health =
            new AtomicReference<>(new Health(Double.NaN, Double.NaN, Double.NaN, Double.NaN));
    private final AtomicLong maskedPairs = new AtomicLong();
    private final AtomicLong nativeArrays = new AtomicLong();
    private final AtomicLong repetitions = new AtomicLong();
    private final Counter pairs;
    private final Counter alarms;
    private final Timer steps;

    TrainingMeters(MeterRegistry registry) {
        gauge(registry, "loss", "Loss of the latest batch, in nats", latest, StepReport::loss);
        gauge(registry, "learning.rate", "Learning rate of the latest step", latest, StepReport::rate);
        gauge(
                registry,
                "waiting.share",
                "Share of the time lately that was spent waiting for views",
                latest,
                StepReport::waitingShare);
        gauge(registry, "feature.rank", "Effective rank of the features h", health, Health::featureRank);
        gauge(registry, "embedding.rank", "Effective rank of the embeddings z", health, Health::embeddingRank);
        gauge(registry, "alignment", "Mean squared distance of two views' embeddings", health, Health::alignment);
        gauge(registry, "uniformity", "How evenly embeddings cover the sphere", health, Health::uniformity);
        Gauge.builder("streamclr.trainer.masked.pairs", maskedPairs, AtomicLong::get)
                .description("Pairs of views of different images that the latest step did not hold against each other")
                .strongReference(true)
                .register(registry);
        Gauge.builder("streamclr.trainer.native.arrays", nativeArrays, AtomicLong::get)
                .description("Native arrays that are open between two steps; constant unless something leaks")
                .strongReference(true)
                .register(registry);
        Gauge.builder("streamclr.trainer.repetitions", repetitions, AtomicLong::get)
                .description("View pairs that a job wrote again after a crash, and that were passed over")
                .strongReference(true)
                .register(registry);
        alarms = Counter.builder("streamclr.trainer.alarms")
                .description("Alarms raised: numbers that are none, and collapses")
                .register(registry);
        pairs = Counter.builder("streamclr.trainer.pairs")
                .description("View pairs trained")
                .register(registry);
        steps = Timer.builder("streamclr.trainer.step")
                .description("Time of a step, waiting left out")
                .register(registry);
    }

    private static <T> void gauge(
            MeterRegistry registry,
            String name,
            String description,
            AtomicReference<T> value,
            ToDoubleFunction<T> reading) {
        Gauge.builder("streamclr.trainer." + name, value, current -> reading.applyAsDouble(current.get()))
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    void measured(Health measured) {
        health.set(measured);
    }

    void repeated(long pairsPassedOver) {
        repetitions.set(pairsPassedOver);
    }

    void alarmed() {
        alarms.increment();
    }

    /**
     * @param leftOut pairs of views that the step masked
     * @param openArrays native arrays that are open behind the step
     */
    void count(StepReport report, int pairsOfStep, long leftOut, long openArrays) {
        latest.set(report);
        maskedPairs.set(leftOut);
        nativeArrays.set(openArrays);
        pairs.increment(pairsOfStep);
        steps.record(Duration.ofNanos((long) (report.seconds() * 1e9)));
    }
}
