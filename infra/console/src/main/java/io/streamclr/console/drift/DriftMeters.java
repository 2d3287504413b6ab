package io.streamclr.console.drift;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** The newest comparison as gauges; NaN where nothing was computed. */
final class DriftMeters {

    private volatile DriftReading newest;
    private volatile boolean raised;

    DriftMeters(MeterRegistry registry) {
        gauge(registry, "mmd2", "Squared maximum mean discrepancy of the newest window", reading -> reading.found()
                .map(Discrepancy::mmd2)
                .orElse(Double.NaN));
        gauge(registry, "p.value", "P value of the newest window, by permutations", reading -> reading.found()
                .map(Discrepancy::pValue)
                .orElse(Double.NaN));
        Gauge.builder("streamclr.drift.images", () -> newest == null ? 0 : newest.windowImages())
                .description("Images in the sample of the newest window")
                .strongReference(true)
                .register(registry);
        Gauge.builder("streamclr.drift.alarm", () -> raised ? 1 : 0)
                .description("1 while the alarm is raised, else 0")
                .strongReference(true)
                .register(registry);
    }

    private void gauge(MeterRegistry registry, String name, String what, ToDoubleFunction<DriftReading> value) {
        Gauge.builder("streamclr.drift." + name, () -> newest == null ? Double.NaN : value.applyAsDouble(newest))
                .description(what)
                .strongReference(true)
                .register(registry);
    }

    void show(DriftReading reading, boolean alarm) {
        newest = reading;
        raised = alarm;
    }
}
