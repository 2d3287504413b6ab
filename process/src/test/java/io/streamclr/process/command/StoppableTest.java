package io.streamclr.process.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StoppableTest {

    private final CountDownLatch done = new CountDownLatch(1);
    private final List<String> happened = new ArrayList<>();

    @Test
    void aStopWaitsForWhatIsComputedHoweverLongThatTakes() {
        Stoppable.stopAndAwait(
                Duration.ofMillis(1),
                () -> {
                    happened.add("still computing");
                    if (happened.size() == 4) {
                        done.countDown();
                    }
                    return true;
                },
                () -> happened.add("asked"),
                done);

        assertThat(happened).containsExactly("asked", "still computing", "still computing", "still computing");
    }

    @Test
    void whatIsSavedAfterComputingHasAllThePatience() {
        CountDownLatch saved = new CountDownLatch(1) {
            @Override
            public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
                happened.add("waiting");
                return super.await(timeout, unit);
            }
        };

        Stoppable.stopAndAwait(
                Duration.ofMillis(1),
                () -> {
                    happened.add("computing?");
                    if (happened.size() == 5) {
                        saved.countDown(); // seen by the next wait alone
                        return false;
                    }
                    return true;
                },
                () -> happened.add("asked"),
                saved);

        assertThat(happened).containsExactly("asked", "waiting", "computing?", "waiting", "computing?", "waiting");
    }

    @Test
    void aStopGivesUpAtLastOnWorkThatComputesNothing() {
        Stoppable.stopAndAwait(Duration.ofMillis(1), () -> false, () -> happened.add("asked"), done);

        assertThat(happened).containsExactly("asked");
    }
}
