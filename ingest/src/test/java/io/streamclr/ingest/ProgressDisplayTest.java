package io.streamclr.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {

    @Test
    void awayFromATerminalALineComesEveryTenSeconds() {
        StringWriter err = new StringWriter();
        AtomicLong clock = new AtomicLong(7);

        try (ProgressDisplay display = ProgressDisplay.lines(new PrintWriter(err), clock::get)) {
            for (int second = 0; second < 25; second++) {
                display.readingTopic(second, 100);
                clock.addAndGet(Duration.ofSeconds(1).toNanos());
            }
            display.sending(report(1234, 0, Double.NaN));
            clock.addAndGet(Duration.ofSeconds(10).toNanos());
            display.sending(report(5678, 9, Double.NaN));
            clock.addAndGet(Duration.ofSeconds(10).toNanos());
            display.sending(report(6000, 0, 0.25));
        }

        assertThat(err.toString().lines())
                .containsExactly(
                        "Reading what is there: 10 images",
                        "Reading what is there: 20 images",
                        "Sending: 5,678 images, 9 a second (9 already there, 0 duplicates, 0 near duplicates, 0"
                                + " unreadable)",
                        "Sending: 6,000 images, 10 a second, 25 %, 31 min left");
    }

    private static IngestReport report(long sent, long alreadyThere, double share) {
        return new IngestReport(sent, alreadyThere, 0, 0, 0, 0, 0, Duration.ofMinutes(10), share, List.of(), List.of());
    }
}
