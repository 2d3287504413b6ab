package io.streamclr.trainer.ranks;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Ranks as threads of a test, each of which makes its calls at the same time as the others. */
public final class Together {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Together() {}

    /** What a rank does. */
    public interface Work<T> {
        T of(Collective rank) throws Exception;
    }

    /** Ranks that are connected by TCP on this host. */
    public static List<Collective> byTcp(int ranks) throws Exception {
        return byTcp(ranks, Optional.empty(), Rendezvous.SILENCE);
    }

    static List<Collective> byTcp(int ranks, Optional<java.nio.file.Path> secret, Duration silence) throws Exception {
        int port = freePort();
        return each(
                IntStream.range(0, ranks).boxed().toList(),
                rank -> Rendezvous.join(new Launch(rank, ranks, "127.0.0.1", port, rank, secret), PATIENCE, silence));
    }

    static int freePort() throws IOException {
        return LoopbackRanks.freePort();
    }

    /** Waits until somebody listens. */
    static Socket called(int port) throws Exception {
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (ConnectException early) {
                Thread.onSpinWait();
            }
        }
    }

    /** Does the same on each rank at once; what they found, in their order. */
    public static <T> List<T> on(List<Collective> ranks, Work<T> work) throws Exception {
        return each(ranks, work::of);
    }

    interface Task<S, T> {
        T of(S one) throws Exception;
    }

    static <S, T> List<T> each(List<S> all, Task<S, T> task) throws Exception {
        return LoopbackRanks.each(all, task::of);
    }

    /** What is thrown by something that happens elsewhere. */
    static CompletableFuture<Throwable> failure(Task<Void, ?> task) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return new AssertionError("it returned " + task.of(null));
            } catch (Exception thrown) {
                return thrown;
            }
        });
    }

    static void close(List<Collective> ranks) throws Exception {
        on(ranks, rank -> {
            rank.close();
            return true;
        });
    }
}
