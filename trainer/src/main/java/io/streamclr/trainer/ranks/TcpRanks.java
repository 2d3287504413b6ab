package io.streamclr.trainer.ranks;

import io.streamclr.schemas.RefusalException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Ranks that are processes, each connected with each other one by TCP. */
final class TcpRanks implements Collective {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    /** A machine with much to do looks a little late. */
    private static final int USUAL_DELAYS = 3;

    private static final Runnable NOTHING = () -> {};

    private final int rank;
    private final int here;
    private final Map<Integer, Peer> peers = new TreeMap<>();
    private final LongSupplier clock;
    private final long betweenLooks;
    /** Two threads, since a rank that does not read holds up who tells it something. */
    private final ScheduledExecutorService looking = Executors.newScheduledThreadPool(2, work -> {
        Thread thread = new Thread(work, "ranks-look");
        thread.setDaemon(true);
        return thread;
    });

    private final List<Future<?>> looks;
    private long lookedAt;
    private volatile Runnable stop = NOTHING;
    private volatile boolean stopAsked;
    private volatile boolean left;
    private long call;

    /**
     * @param channels to all other ranks, by number; closed with this
     * @param silence after which a rank counts as gone
     * @param clock in nanoseconds, only going forwards
     */
    TcpRanks(int rank, Map<Integer, SocketChannel> channels, Duration silence, LongSupplier clock) {
        this.rank = rank;
        this.clock = clock;
        this.here =
                1 + (int) channels.values().stream().filter(TcpRanks::isHere).count();
        channels.forEach(
                (other, channel) -> peers.put(other, new Peer(other, channel, silence, clock, this::otherStops)));
        peers.values().forEach(Peer::begin);
        long millis = Math.min(BETWEEN_LOOKS.toMillis(), Math.max(1, silence.toMillis() / 10));
        betweenLooks = TimeUnit.MILLISECONDS.toNanos(millis);
        lookedAt = clock.getAsLong();
        looks = List.of(
                looking.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS),
                looking.scheduleWithFixedDelay(this::beat, millis, millis, TimeUnit.MILLISECONDS));
    }

    private static boolean isHere(SocketChannel channel) {
        return channel.socket().getInetAddress().equals(channel.socket().getLocalAddress());
    }

    /** A process that was stopped (Ctrl-Z, a host that sleeps) heard nobody meanwhile, and nobody is gone for that. */
    private void look() {
        long now = clock.getAsLong();
        long paused = Math.max(0, now - lookedAt - USUAL_DELAYS * betweenLooks);
        lookedAt = now;
        peers.values().forEach(peer -> peer.look(now, paused));
    }

    private void beat() {
        peers.values().forEach(Peer::beat);
    }

    private void otherStops() {
        stopAsked = true;
        stop.run();
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int ranks() {
        return peers.size() + 1;
    }

    @Override
    public int ranksHere() {
        return here;
    }

    @Override
    public List<ByteBuffer> exchange(List<ByteBuffer> parts, int most) throws InterruptedException {
        long now = ++call;
        peers.values().forEach(peer -> peer.expect(now, most));
        try {
            // Each rank begins with the one after it, so that not all send to the same one.
            for (int step = 1; step < ranks(); step++) {
                int to = (rank + step) % ranks();
                peers.get(to).send(now, parts.get(to));
            }
            List<ByteBuffer> received = new ArrayList<>();
            for (int from = 0; from < ranks(); from++) {
                received.add(
                        from == rank
                                ? parts.get(rank).duplicate().order(ByteOrder.LITTLE_ENDIAN)
                                : peers.get(from).receive(now));
            }
            return received;
        } catch (RefusalException lost) {
            firstLost().ifPresentOrElse(this::leaveAll, () -> fail(lost.getMessage(), lost.exitCode()));
            throw lost;
        }
    }

    private Optional<RankLost> firstLost() {
        return peers.values().stream().map(Peer::lost).flatMap(Optional::stream).findFirst();
    }

    @Override
    public void askToStop() {
        peers.values().forEach(Peer::askToStop);
    }

    @Override
    public void whenAskedToStop(Runnable other) {
        stop = other;
        if (stopAsked) {
            other.run();
        }
    }

    @Override
    public void fail(String reason, int exitCode) {
        leaveAll(new RankLost(rank, reason, exitCode));
    }

    private void leaveAll(RankLost why) {
        leave(Optional.of(why));
    }

    private synchronized void leave(Optional<RankLost> why) {
        if (!left) {
            left = true;
            looks.forEach(each -> each.cancel(false));
            looking.shutdownNow();
            Collection<Peer> all = peers.values();
            all.forEach(peer -> peer.leave(why));
        }
    }

    @Override
    public void close() {
        leave(Optional.empty());
        long until = System.nanoTime() + Peer.TO_LEAVE.toNanos();
        peers.values().forEach(peer -> peer.close(until));
    }
}
