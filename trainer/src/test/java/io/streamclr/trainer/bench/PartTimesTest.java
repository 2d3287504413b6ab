package io.streamclr.trainer.bench;

import static io.streamclr.trainer.step.StepParts.Part.BACKWARD;
import static io.streamclr.trainer.step.StepParts.Part.FORWARD;
import static io.streamclr.trainer.step.StepParts.Part.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PartTimesTest {

    private static final long SECOND = 1_000_000_000;

    private final AtomicLong now = new AtomicLong();

    @Test
    void aPartTakesUntilTheDeviceHasDoneIt() {
        PartTimes times = new PartTimes(now::get, () -> now.addAndGet(2 * SECOND));

        String given = times.in(FORWARD, () -> pass(1, "given"));
        times.in(BACKWARD, () -> pass(3, "also given"));
        times.in(FORWARD, () -> pass(0, "given again"));

        assertThat(given).isEqualTo("given");
        assertThat(times.shares(20))
                .containsEntry(FORWARD, 5.0 / 20)
                .containsEntry(BACKWARD, 5.0 / 20)
                .containsEntry(WAITING, 0.0);
    }

    private String pass(long seconds, String given) {
        now.addAndGet(seconds * SECOND);
        return given;
    }
}
