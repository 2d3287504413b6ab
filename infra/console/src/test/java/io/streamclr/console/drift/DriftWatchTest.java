package io.streamclr.console.drift;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.console.vectors.EncoderName;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DriftWatchTest {

    private static final EncoderName ENCODER = new EncoderName(Arrived.FIRST, "night", 100);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DriftWatch watch = new DriftWatch(0.001, 2, registry);

    @Test
    void gaugesShowTheNewestComparison() {
        assertThat(gauge("mmd2")).isNaN();
        watch.take(reading(0.001));
        watch.take(reading(0.0005));

        assertThat(gauge("mmd2")).isEqualTo(0.25);
        assertThat(gauge("p.value")).isEqualTo(0.0005);
        assertThat(gauge("images")).isEqualTo(70);
        assertThat(gauge("alarm")).isEqualTo(1);

        watch.take(new DriftReading(Arrived.second(0), ENCODER, false, 80, 20, Optional.empty()));
        assertThat(gauge("p.value")).isNaN();
        assertThat(gauge("images")).isEqualTo(20);
        assertThat(gauge("alarm")).isEqualTo(1);
    }

    @Test
    void aSentenceSaysThatTheAlarmIsRaisedAndOneThatItIsOver() {
        Logger log = (Logger) LoggerFactory.getLogger(DriftWatch.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        log.addAppender(said);
        try {
            for (double pValue : new double[] {0.5, 0.001, 0.001, 0.001, 0.5, 0.5, 0.5}) {
                watch.take(reading(pValue));
            }
        } finally {
            log.detachAppender(said);
        }

        assertThat(said.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "Drift: the newest images look to encoder night@100 (111111111111) other than those of the"
                                + " reference, in 2 windows in a row (MMD^2 0.25000, p 0.001000); see what changed at the"
                                + " source",
                        "Drift is over: the newest images look to encoder night@100 (111111111111) like those of the"
                                + " reference, in 2 windows in a row (MMD^2 0.25000, p 0.5000)");
    }

    private static DriftReading reading(double pValue) {
        return new DriftReading(Arrived.second(0), ENCODER, false, 80, 70, Optional.of(new Discrepancy(0.25, pValue)));
    }

    private double gauge(String name) {
        return registry.get("streamclr.drift." + name).gauge().value();
    }
}
