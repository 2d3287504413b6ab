package io.streamclr.trainer.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.streamclr.trainer.feed.Feed;
import io.streamclr.trainer.health.Slice;
import io.streamclr.trainer.watch.TrainingListener.Computing;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;

/** What a dashboard sees of a training. */
public final class TrainingMeters {

    private static final StepReport NONE = StepReport.before(0, 0);
    private static final Computing NOTHING = new Computing(0, 0, Double.NaN);

    private final AtomicReference<StepReport> latest = new AtomicReference<>(NONE);
    private final MeterRegistry registry;
    private final Clock clock;
    private final Map<String, AtomicReference<Double>> measured = new ConcurrentHashMap<>();
    private final Map<String, AtomicReference<Double>> sliced = new ConcurrentHashMap<>();
    private final AtomicLong maskedPairs = new AtomicLong();
    private final AtomicLong viewPairs = new AtomicLong(1);
    private final AtomicLong rememberedImages = new AtomicLong();
    private final AtomicLong nativeArrays = new AtomicLong();
    private final AtomicLong repetitions = new AtomicLong();
    private final AtomicReference<Computing> atWork = new AtomicReference<>(NOTHING);
    private final Counter pairs;
    private final Counter alarms;
    private final Timer steps;
    private final Timer ages;

    public TrainingMeters(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        gauge(registry, "loss", "Loss of the latest batch, in nats", latest, StepReport::loss);
        gauge(registry, "learning.rate", "Learning rate of the latest step", latest, StepReport::rate);
        gauge(
                registry,
                "waiting.share",
                "Share of the time lately that was spent waiting for views",
                latest,
                StepReport::waitingShare);
        Gauge.builder("streamclr.trainer.masked.pairs", maskedPairs, AtomicLong::get)
                .description("Pairs of views of different images that the latest step did not hold against each other")
                .strongReference(true)
                .register(registry);
        Gauge.builder("streamclr.trainer.masked.share", () -> (double) maskedPairs.get() / viewPairs.get())
                .description("Share of the latest step's pairs of views that these are, in [0, 1]")
                .strongReference(true)
                .register(registry);
        Gauge.builder("streamclr.trainer.memory.images", rememberedImages, AtomicLong::get)
                .description("Images that the run remembers")
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
        Gauge.builder("streamclr.trainer.computing.step", atWork, step -> step.get()
                        .step())
                .description("The step that is being computed, once that has been said to last; 0 while none is")
                .strongReference(true)
                .register(registry);
        Gauge.builder("streamclr.trainer.step.estimate", atWork, step -> step.get()
                        .seconds())
                .description("How long that step takes by estimate; NaN while none lasts")
                .baseUnit("seconds")
                .strongReference(true)
                .register(registry);
        double began = clock.millis() / 1e3;
        Gauge.builder("streamclr.trainer.start.time", () -> began)
                .description("When this process began to train, in seconds since 1970")
                .baseUnit("seconds")
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
        ages = Timer.builder("streamclr.trainer.image.age")
                .description("From an image's arrival in the topic of images to its use in a step")
                .publishPercentiles(0.5, 0.99)
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

    /** @param gauges by name; each appears on the dashboard with its first measurement */
    void measured(Map<String, Double> gauges) {
        gauges.forEach((name, value) -> measured.computeIfAbsent(name, unseen -> {
                    AtomicReference<Double> held = new AtomicReference<>();
                    gauge(
                            registry,
                            name.replace('_', '.'),
                            "Measured on a batch now and then",
                            held,
                            Double::doubleValue);
                    return held;
                })
                .set(value));
    }

    /** @param slices of held-out images; each appears on the dashboard with the first probe */
    void sliced(List<Slice> slices) {
        slices.forEach(slice -> sliced.computeIfAbsent(slice.name(), unseen -> {
                    AtomicReference<Double> held = new AtomicReference<>();
                    Gauge.builder("streamclr.trainer.held.out.slice.knn", held, AtomicReference::get)
                            .description("kNN accuracy on the held-out images of a class")
                            .tag("slice", slice.name())
                            .register(registry);
                    falls(slice.name());
                    return held;
                })
                .set(slice.accuracy()));
    }

    void forgotten(String slice) {
        falls(slice).increment();
    }

    private Counter falls(String slice) {
        return Counter.builder("streamclr.trainer.forgotten")
                .description("How often a class of held-out images fell far under its best")
                .tag("slice", slice)
                .register(registry);
    }

    /** @param arrivedAt when each image of a step arrived, in milliseconds since 1970; negative where nobody knows */
    public void used(long[] arrivedAt) {
        long now = clock.millis();
        for (long arrived : arrivedAt) {
            if (arrived >= 0) {
                ages.record(Duration.ofMillis(Math.max(0, now - arrived)));
            }
        }
    }

    /** Shows how many pairs of each partition wait to be trained. */
    public void watchLag(Feed feed) {
        for (int partition = 0; partition < feed.partitions(); partition++) {
            int which = partition;
            Gauge.builder("streamclr.trainer.lag", feed, open -> lag(open.lag(), which))
                    .description("View pairs that were rendered and are not yet trained")
                    .tag("partition", Integer.toString(which))
                    .strongReference(true)
                    .register(registry);
        }
    }

    private static double lag(List<Long> lag, int partition) {
        return partition < lag.size() ? lag.get(partition) : Double.NaN;
    }

    public void repeated(long pairsPassedOver) {
        repetitions.set(pairsPassedOver);
    }

    public void remembered(long images) {
        rememberedImages.set(images);
    }

    void alarmed() {
        alarms.increment();
    }

    /** @param report as of the last step, but for the pace */
    public void waiting(StepReport report) {
        latest.set(report);
        atWork.set(NOTHING);
    }

    public void computing(Computing step) {
        atWork.set(step);
    }

    /**
     * @param pairsOfStep of all ranks
     * @param own of this process
     * @param leftOut pairs of views that the step masked
     * @param openArrays native arrays that are open after the step
     */
    public void count(StepReport report, int pairsOfStep, int own, long leftOut, long openArrays) {
        latest.set(report);
        atWork.set(NOTHING);
        maskedPairs.set(leftOut);
        viewPairs.set(2L * pairsOfStep * (2L * pairsOfStep - 1));
        nativeArrays.set(openArrays);
        pairs.increment(own);
        steps.record(Duration.ofNanos((long) (report.seconds() * 1e9)));
    }
}
