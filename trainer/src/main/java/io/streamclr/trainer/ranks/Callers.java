package io.streamclr.trainer.ranks;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.ranks.Greeting.Caller;
import io.streamclr.trainer.ranks.Greeting.Stranger;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who call a rank that waits for others, each greeted in a thread of its own: one that is slow, on purpose or not,
 * holds up nobody. Once it is closed nobody is let in any more.
 */
final class Callers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Callers.class);
    private static final int MOST = 64;

    private final Greeting greeting;
    private final Map<Integer, SocketChannel> channels;
    private final int from;
    private final Duration answer;
    private final ExecutorService threads =
            new ThreadPoolExecutor(0, MOST, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), Callers::daemon);
    /** Those whose greeting is not over, and since when. */
    private final Map<SocketChannel, Long> greeted = new ConcurrentHashMap<>();

    private boolean crowded;
    /** Under {@link #channels}. */
    private boolean complete;

    /**
     * @param channels to ranks by number, to be filled; several threads put into it
     * @param from number of the first rank that is to call
     * @param answer how long a greeting may take, from its first byte to its last
     */
    Callers(Greeting greeting, Map<Integer, SocketChannel> channels, int from, Duration answer) {
        this.greeting = greeting;
        this.channels = channels;
        this.from = from;
        this.answer = answer;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "ranks-greet");
        thread.setDaemon(true);
        return thread;
    }

    /** Has a caller greeted; where too many are at work it is sent away, and a rank calls again. */
    void greet(SocketChannel caller, Map<Integer, Integer> ports) {
        greeted.put(caller, System.nanoTime());
        try {
            threads.execute(() -> {
                admit(caller, ports);
                greeted.remove(caller);
            });
        } catch (RejectedExecutionException full) {
            greeted.remove(caller);
            Rendezvous.closeQuietly(caller);
            if (!crowded) {
                crowded = true;
                LOG.warn("more than {} call at once, so that some are sent away", MOST);
            }
        }
    }

    private void admit(SocketChannel channel, Map<Integer, Integer> ports) {
        try {
            Caller caller = greeting.listen(Rendezvous.in(Rendezvous.ready(channel, answer)), Rendezvous.out(channel));
            if (caller.rank() < from) {
                throw new Stranger("it says that it is rank " + caller.rank());
            }
            synchronized (channels) {
                if (complete) {
                    throw new Stranger("all ranks are there already");
                }
                // One that called before is gone, and was started again.
                ports.put(caller.rank(), caller.port());
                Optional.ofNullable(channels.put(caller.rank(), channel)).ifPresent(Rendezvous::closeQuietly);
            }
        } catch (IOException | RefusalException stranger) {
            LOG.warn(
                    "sent away who called from={} reason=\"{}\"",
                    channel.socket().getInetAddress(),
                    reason(stranger));
            Rendezvous.closeQuietly(channel);
        }
    }

    private static String reason(Exception stranger) {
        if (stranger instanceof EOFException) {
            return "it went away";
        }
        return stranger instanceof Stranger ? stranger.getMessage() : FileFault.of(stranger);
    }

    /** Also on one that sends a byte now and then. */
    void hangUpOnSlowOnes() {
        greeted.forEach((channel, since) -> {
            if (System.nanoTime() - since > answer.toNanos()) {
                hangUp(channel);
            }
        });
    }

    /** Unless it has just been let in. */
    private void hangUp(SocketChannel channel) {
        synchronized (channels) {
            if (!channels.containsValue(channel)) {
                Rendezvous.closeQuietly(channel);
            }
        }
    }

    @Override
    public void close() {
        synchronized (channels) {
            complete = true;
        }
        greeted.keySet().forEach(this::hangUp);
        threads.shutdown();
    }
}
