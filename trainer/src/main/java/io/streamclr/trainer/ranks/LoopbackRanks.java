package io.streamclr.trainer.ranks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Ranks that are threads of one process and are connected as processes of one machine are, to be measured. */
public final class LoopbackRanks {

    private LoopbackRanks() {}

    /** So many ranks, in order. */
    public static List<Collective> of(int ranks) throws Exception {
        int port = freePort();
        String host = InetAddress.getLoopbackAddress().getHostAddress();
        return each(
                IntStream.range(0, ranks).boxed().toList(),
                rank -> Rendezvous.join(new Launch(rank, ranks, host, port, rank, Optional.empty())));
    }

    static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    /** What a rank does. */
    public interface Work<S, T> {
        T of(S one) throws Exception;
    }

    /** Does the same on each rank at once; what they found, in their order. All end if one fails. */
    public static <T> List<T> on(List<Collective> ranks, Work<Collective, T> work) throws Exception {
        return each(ranks, one -> {
            try {
                return work.of(one);
            } catch (Exception | Error failed) {
                // The others would wait for it for ever.
                one.fail(failed.toString(), 1);
                throw failed;
            }
        });
    }

    static <S, T> List<T> each(List<S> all, Work<S, T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(all.size());
        try {
            List<Future<T>> works = new ArrayList<>();
            for (S one : all) {
                works.add(threads.submit(() -> work.of(one)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> each : works) {
                results.add(each.get());
            }
            return results;
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        } finally {
            threads.shutdownNow();
        }
    }
}
