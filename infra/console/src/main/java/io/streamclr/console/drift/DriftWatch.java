package io.streamclr.console.drift;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of one comparison after the other: gauges, and a warning when drift begins and when it is over. */
public final class DriftWatch {

    private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);

    private final DriftAlarm alarm;
    private final int consecutive;
    private final DriftMeters meters;

    /**
     * A watch that has seen nothing yet.
     *
     * @param threshold and {@code consecutive} as {@link DriftAlarm} has them
     */
    public DriftWatch(double threshold, int consecutive, MeterRegistry registry) {
        this.alarm = new DriftAlarm(threshold, consecutive);
        this.consecutive = consecutive;
        this.meters = new DriftMeters(registry);
    }

    /** Takes the next one, and says whether the alarm is raised then. */
    public boolean take(DriftReading reading) {
        OptionalDouble pValue =
                reading.found().map(found -> OptionalDouble.of(found.pValue())).orElse(OptionalDouble.empty());
        String encoder = reading.encoder().inWords();
        switch (alarm.take(reading.encoder().digest(), pValue)) {
            case RAISED ->
                LOG.warn(
                        "Drift: the newest images look to encoder {} other than those of the reference, in {} windows in a"
                                + " row ({}); see what changed at the source",
                        encoder,
                        consecutive,
                        figures(reading));
            case OVER ->
                LOG.warn(
                        "Drift is over: the newest images look to encoder {} like those of the reference, in {} windows in"
                                + " a row ({})",
                        encoder,
                        consecutive,
                        figures(reading));
            case OVER_BY_SWITCH ->
                LOG.warn(
                        "Drift is no longer watched against the old reference: encoder {} took over, and its own"
                                + " images are what the newest are compared with",
                        encoder);
            case NONE -> {} // nothing to say
        }
        meters.show(reading, alarm.isRaised());
        return alarm.isRaised();
    }

    private static String figures(DriftReading reading) {
        return reading.found().map(DriftReading::figures).orElse("");
    }
}
