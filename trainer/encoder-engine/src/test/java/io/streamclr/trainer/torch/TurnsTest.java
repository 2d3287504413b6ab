package io.streamclr.trainer.torch;

import static io.streamclr.trainer.torch.ConvolutionWay.FULL;
import static io.streamclr.trainer.torch.ConvolutionWay.OFF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class TurnsTest {

    @Test
    void whoComputesInAnotherWayWaitsUntilNobodyComputes() throws Exception {
        List<ConvolutionWay> switched = new ArrayList<>();
        Turns turns = new Turns(switched::add);
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Integer> slow = threads.submit(() -> turns.in(FULL, () -> {
                first.countDown();
                await(end);
                return switched.size();
            }));
            await(first);
            assertThat(turns.in(FULL, switched::size)).as("beside the first").isEqualTo(1);
            Thread[] waiting = new Thread[1];
            Future<Integer> other = threads.submit(() -> {
                waiting[0] = Thread.currentThread();
                return turns.in(OFF, switched::size);
            });
            Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> {
                assertThat(other).isNotDone();
                return waiting[0] != null && waiting[0].getState() == Thread.State.WAITING;
            });
            end.countDown();

            assertThat(slow.get()).isEqualTo(1);
            assertThat(other.get()).isEqualTo(2);
            assertThat(switched).containsExactly(FULL, OFF);
            assertThatThrownBy(() -> turns.in(OFF, () -> {
                        throw new IllegalStateException("broken");
                    }))
                    .hasMessage("broken");
            assertThat(turns.in(FULL, switched::size)).isEqualTo(3);
        } finally {
            end.countDown();
            threads.shutdown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException unwanted) {
            throw new IllegalStateException(unwanted);
        }
    }
}
