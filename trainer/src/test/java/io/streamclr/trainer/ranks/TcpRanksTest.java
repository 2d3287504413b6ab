package io.streamclr.trainer.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A rank of two, of which the test is the other one. */
class TcpRanksTest {

    private static final Duration SILENCE = Duration.ofMillis(300);
    private static final byte DATA = 1;

    private SocketChannel here;
    private SocketChannel there;

    @BeforeEach
    void connect() throws Exception {
        try (ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            there = SocketChannel.open(listening.getLocalAddress());
            here = listening.accept();
        }
    }

    @AfterEach
    void hangUp() throws Exception {
        there.close();
        here.close();
    }

    private void say(long call, int word) throws Exception {
        ByteBuffer message = ByteBuffer.allocate(14).order(ByteOrder.LITTLE_ENDIAN);
        message.put(DATA).putLong(call).putInt(1).put((byte) word).flip();
        there.write(message);
    }

    @Test
    void whoWasStoppedBlamesNobodyForWhatItCouldNotHearMeanwhile() throws Exception {
        AtomicLong now = new AtomicLong();
        Semaphore asked = new Semaphore(0);
        LongSupplier clock = () -> {
            if (Thread.currentThread().getName().equals("ranks-look")) {
                asked.release();
            }
            return now.get();
        };
        try (TcpRanks rank = new TcpRanks(0, Map.of(1, here), SILENCE, clock)) {
            awaitLook(asked);
            now.addAndGet(Duration.ofMinutes(1).toNanos());
            awaitLook(asked);

            say(1, 7);
            assertThat(rank.gather(ByteBuffer.allocate(1), 1).get(1).get()).isEqualTo((byte) 7);

            CompletableFuture<Throwable> silent = Together.failure(none -> rank.gather(ByteBuffer.allocate(1), 1));
            while (!silent.isDone()) {
                now.addAndGet(Duration.ofMillis(50).toNanos());
                awaitLook(asked);
            }
            assertThat(silent.get())
                    .isInstanceOf(RefusalException.class)
                    .hasMessageStartingWith("Rank 1 ended: it sent nothing for 0 s");
        }
    }

    /** Waits for a whole look, which ends before the next asks what time it is; a rank that has left looks no more. */
    private static void awaitLook(Semaphore asked) throws InterruptedException {
        asked.drainPermits();
        asked.tryAcquire(2, 1, TimeUnit.SECONDS);
    }

    @Test
    void whoHasTooLittleMemoryForWhatItIsSentDoesNotWaitForIt() throws Exception {
        LongSupplier clock = () -> {
            if (Thread.currentThread().getName().equals("rank-1")) {
                throw new OutOfMemoryError("as if");
            }
            return 0;
        };
        try (TcpRanks rank = new TcpRanks(0, Map.of(1, here), SILENCE, clock)) {
            say(1, 7);

            assertThatThrownBy(() -> rank.gather(ByteBuffer.allocate(1), 1))
                    .isInstanceOf(OutOfMemoryError.class)
                    .hasMessage("as if");
        }
    }
}
