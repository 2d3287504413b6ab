package io.streamclr.trainer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.streamclr.trainer.TrainingListener.StepReport;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** What a dashboard sees of a training. */
final class TrainingMeters {

    private static final StepReport NONE = new StepReport(0, Double.NaN, 0, 0, 0, 0, 0);

    private final AtomicReference<StepReport> latest = new AtomicReference<>(NONE);
    private final Counter pairs;
    private final Timer steps;

    TrainingMeters(MeterRegistry registry) {
        Gauge.builder("streamclr.trainer.loss", latest, report -> report.get().loss())
                .description("Loss of the latest batch, in nats")
                .strongReference(true)
                .register(registry);
        Gauge.builder("streamclr.trainer.learning.rate", latest, report -> report.get()
                        .rate())
                .description("Learning rate of the latest step")
                .strongReference(true)
                .register(registry);
        Gauge.builder("streamclr.trainer.waiting.share", latest, report -> report.get()
                        .waitingShare())
                .description("Share of the time lately that was spent waiting for views")
                .strongReference(true)
                .register(registry);
        pairs = Counter.builder("streamclr.trainer.pairs")
                .description("View pairs trained")
                .register(registry);
        steps = Timer.builder("streamclr.trainer.step")
                .description("Time of a step, waiting left out")
                .register(registry);
    }

    void count(StepReport report, int pairsOfStep) {
        latest.set(report);
        pairs.increment(pairsOfStep);
        steps.record(Duration.ofNanos((long) (report.seconds() * 1e9)));
    }
}
