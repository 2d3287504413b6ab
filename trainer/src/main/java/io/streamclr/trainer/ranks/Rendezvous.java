package io.streamclr.trainer.ranks;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.ranks.Greeting.Caller;
import io.streamclr.trainer.ranks.Greeting.Stranger;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects all ranks of a run with each other: each calls rank 0, which tells all where the others listen, and then each
 * one between rank 0 and itself. Whoever cannot prove to be a rank is sent away, and the others are waited for on.
 */
public final class Rendezvous {

    private static final Logger LOG = LoggerFactory.getLogger(Rendezvous.class);

    /** Images are pulled and hosts are found meanwhile. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);

    /** How long a rank may be silent; it says every second that it is there. */
    public static final Duration SILENCE = Duration.ofSeconds(30);

    private static final int ANSWER_MILLIS = 10_000;
    private static final int LOOK_MILLIS = 100;
    private static final int MOST_CALLERS = 64;
    private static final int BACKLOG = 1024;
    private static final Duration BETWEEN_CALLS = Duration.ofMillis(200);
    private static final int LONGEST_SECRET = 1 << 16;

    private final Launch launch;
    private final Duration silence;
    private final Greeting greeting;
    private final long until;
    private final Map<Integer, SocketChannel> channels = new ConcurrentHashMap<>();
    /** Whether nobody is let in any more. */
    private boolean complete;

    private Rendezvous(Launch launch, Duration patience, Duration silence) {
        this.launch = launch;
        this.silence = silence;
        this.greeting = new Greeting(secret(launch), launch.rank(), launch.ranks());
        this.until = System.nanoTime() + patience.toNanos();
    }

    /** Waits for all ranks. @throws RefusalException if one does not come in time, naming it */
    public static Collective join(Launch launch) {
        return join(launch, PATIENCE, SILENCE);
    }

    /** The same. @param silence after which a rank counts as gone */
    static Collective join(Launch launch, Duration patience, Duration silence) {
        Rendezvous meeting = new Rendezvous(launch, patience, silence);
        boolean met = false;
        try {
            Collective all = meeting.meet();
            met = true;
            return all;
        } catch (IOException broken) {
            throw new RefusalException(
                    "Rank " + launch.rank() + " cannot meet the others at " + launch.host() + ":" + launch.port() + " ("
                            + FileFault.of(broken) + "); check MASTER_ADDR and MASTER_PORT, and start all ranks again",
                    broken);
        } finally {
            if (!met) {
                meeting.channels.values().forEach(Rendezvous::closeQuietly);
            }
        }
    }

    private static byte[] secret(Launch launch) {
        if (launch.secret().isEmpty()) {
            return new byte[0];
        }
        try {
            byte[] secret = Files.readAllBytes(launch.secret().get());
            if (secret.length == 0 || secret.length > LONGEST_SECRET) {
                throw new IOException("it has " + secret.length + " bytes");
            }
            return secret;
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "The secret of the ranks cannot be read from "
                            + launch.secret().get() + " (" + FileFault.of(unreadable) + "); check "
                            + Launch.SECRET_FILE,
                    unreadable);
        }
    }

    private Collective meet() throws IOException {
        if (launch.rank() == 0) {
            beFirst();
        } else {
            beAnother();
        }
        LOG.info("all ranks are there rank={} ranks={}", launch.rank(), launch.ranks());
        return new TcpRanks(launch.rank(), channels, silence, System::nanoTime);
    }

    private void beFirst() throws IOException {
        InetAddress mine = address();
        Map<Integer, Integer> ports = new ConcurrentHashMap<>();
        try (ServerSocketChannel listening = listen(
                isHere(mine) ? new InetSocketAddress(mine, launch.port()) : new InetSocketAddress(launch.port()))) {
            accept(listening, 1, ports);
        }
        for (int to = 1; to < launch.ranks(); to++) {
            DataOutputStream out = out(channels.get(to));
            for (int other = 1; other < launch.ranks(); other++) {
                out.writeUTF(host(channels.get(other)));
                out.writeInt(ports.get(other));
            }
            out.flush();
        }
    }

    private static boolean isHere(InetAddress address) throws IOException {
        return NetworkInterface.getByInetAddress(address) != null;
    }

    private static String host(SocketChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getRemoteAddress()).getAddress().getHostAddress();
    }

    private void beAnother() throws IOException {
        try (OwnPort own = new OwnPort()) {
            SocketChannel first = call(InetSocketAddress.createUnresolved(launch.host(), launch.port()), 0, own::near);
            channels.put(0, first);
            // All others may have to be waited for, and their hosts to be found.
            first.socket().setSoTimeout((int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
            DataInputStream in = in(first);
            for (int other = 1; other < launch.ranks(); other++) {
                InetSocketAddress place = place(in.readUTF(), in.readInt());
                if (other < launch.rank()) {
                    channels.put(other, call(place, other, called -> 0));
                }
            }
            accept(own.listening, launch.rank() + 1, new ConcurrentHashMap<>());
        }
    }

    /** As another rank says it. */
    private static InetSocketAddress place(String host, int port) throws IOException {
        if (port < 1 || port > Launch.MOST_PORT) {
            throw new IOException("rank 0 says that a rank listens on port " + port);
        }
        return InetSocketAddress.createUnresolved(host, port);
    }

    /** Where a rank that calls the first one listens for those after it. */
    private final class OwnPort implements Closeable {

        private ServerSocketChannel listening;

        /** On the address from which it calls. @return the port */
        int near(SocketChannel called) throws IOException {
            if (listening == null) {
                listening = listenNear(((InetSocketAddress) called.getLocalAddress()).getAddress());
            }
            return ((InetSocketAddress) listening.getLocalAddress()).getPort();
        }

        @Override
        public void close() throws IOException {
            if (listening != null) {
                listening.close();
            }
        }
    }

    private InetAddress address() throws UnknownHostException {
        return InetAddress.getByName(launch.host());
    }

    private static ServerSocketChannel listen(InetSocketAddress at) throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open();
        try {
            listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return listening.bind(at, BACKLOG);
        } catch (IOException taken) {
            listening.close();
            throw taken;
        }
    }

    /** Where others of this host do not: several ranks of a host need several ports. */
    private ServerSocketChannel listenNear(InetAddress here) throws IOException {
        try {
            return listen(new InetSocketAddress(here, launch.port()));
        } catch (BindException taken) {
            return listen(new InetSocketAddress(here, 0));
        }
    }

    /** What a rank says of where it listens, on a connection that is there. */
    private interface Port {
        int on(SocketChannel called) throws IOException;
    }

    /**
     * Calls a rank until it answers.
     *
     * @param place its host is found each time: it may get its name later
     * @throws RefusalException if it does not in time, or if what answers is no rank of this run
     */
    private SocketChannel call(InetSocketAddress place, int rank, Port own) throws IOException {
        while (true) {
            SocketChannel channel = SocketChannel.open();
            try {
                InetAddress host = InetAddress.getByName(place.getHostString());
                channel.socket().connect(new InetSocketAddress(host, place.getPort()), ANSWER_MILLIS);
                greeting.call(in(ready(channel)), out(channel), own.on(channel));
                return channel;
            } catch (Stranger other) {
                closeQuietly(channel);
                throw new RefusalException(
                        "Rank " + launch.rank() + " found something else than a rank of its run at " + words(place)
                                + ": " + other.getMessage()
                                + "; check MASTER_ADDR, MASTER_PORT and the file of the secret",
                        other);
            } catch (RefusalException otherNumber) {
                closeQuietly(channel);
                throw otherNumber;
            } catch (IOException away) {
                closeQuietly(channel);
                if (System.nanoTime() > until) {
                    throw new RefusalException(
                            "Rank " + launch.rank() + " of " + launch.ranks() + " could not reach rank " + rank + " at "
                                    + words(place) + " (" + FileFault.of(away)
                                    + "); check that all ranks run and that their hosts reach each other, and that"
                                    + " MASTER_ADDR and MASTER_PORT lead to rank 0",
                            away);
                }
                LOG.debug("rank not there yet rank={} reason={}", rank, FileFault.of(away));
                pause();
            }
        }
    }

    private static String words(InetSocketAddress place) {
        return OneLine.of(place.getHostString()) + ":" + place.getPort();
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_CALLS.toMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RefusalException("Waiting for the other ranks was interrupted; start all ranks again", stopped);
        }
    }

    /** Waits until all ranks from this number on have called. */
    private void accept(ServerSocketChannel listening, int from, Map<Integer, Integer> ports) throws IOException {
        // Each in a thread of its own: one that is slow, on purpose or not, holds up nobody.
        ExecutorService greeting = new ThreadPoolExecutor(
                0, MOST_CALLERS, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), Rendezvous::daemon);
        try {
            listening.socket().setSoTimeout(LOOK_MILLIS);
            while (!allHaveCalled(from)) {
                Optional<SocketChannel> caller = accepted(listening);
                if (caller.isPresent()) {
                    admitSoon(greeting, caller.get(), () -> admit(caller.get(), from, ports));
                } else if (System.nanoTime() > until) {
                    throw new RefusalException("Of " + launch.ranks() + " ranks " + missing(from)
                            + " did not come in time; check that all were started, and that they reach "
                            + launch.host() + ":" + launch.port());
                }
            }
        } finally {
            greeting.shutdownNow();
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "ranks-greet");
        thread.setDaemon(true);
        return thread;
    }

    private static void admitSoon(ExecutorService greeting, SocketChannel caller, Runnable admission) {
        try {
            greeting.execute(admission);
        } catch (RejectedExecutionException tooMany) {
            LOG.warn("too many call at once, one is to call again callers={}", MOST_CALLERS);
            closeQuietly(caller);
        }
    }

    private String missing(int from) {
        return IntStream.range(from, launch.ranks())
                .filter(rank -> !channels.containsKey(rank))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", "));
    }

    private Optional<SocketChannel> accepted(ServerSocketChannel listening) throws IOException {
        try {
            return Optional.of(listening.socket().accept().getChannel());
        } catch (SocketTimeoutException nobody) {
            return Optional.empty();
        }
    }

    private void admit(SocketChannel channel, int from, Map<Integer, Integer> ports) {
        try {
            Caller caller = greeting.listen(in(ready(channel)), out(channel));
            if (caller.rank() < from) {
                throw new Stranger("it says that it is rank " + caller.rank());
            }
            enter(caller, channel, ports);
        } catch (IOException | RefusalException stranger) {
            LOG.warn(
                    "sent away who called from={} reason=\"{}\"",
                    channel.socket().getInetAddress(),
                    reason(stranger));
            closeQuietly(channel);
        }
    }

    private static String reason(Exception stranger) {
        return stranger instanceof EOFException ? "it went away" : FileFault.of(stranger);
    }

    private synchronized void enter(Caller caller, SocketChannel channel, Map<Integer, Integer> ports) throws Stranger {
        if (complete) {
            throw new Stranger("it says that it is rank " + caller.rank() + ", and all ranks are there");
        }
        // One that called before is gone, and was started again.
        ports.put(caller.rank(), caller.port());
        Optional.ofNullable(channels.put(caller.rank(), channel)).ifPresent(Rendezvous::closeQuietly);
    }

    private synchronized boolean allHaveCalled(int from) {
        complete = missing(from).isEmpty();
        return complete;
    }

    private static SocketChannel ready(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        channel.socket().setSoTimeout(ANSWER_MILLIS);
        return channel;
    }

    /** Reads no further than it is asked to: what follows is for others. */
    private static DataInputStream in(SocketChannel channel) throws IOException {
        return new DataInputStream(channel.socket().getInputStream());
    }

    private static DataOutputStream out(SocketChannel channel) throws IOException {
        return new DataOutputStream(
                new java.io.BufferedOutputStream(channel.socket().getOutputStream()));
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException already) {
            LOG.debug("connection did not close reason={}", already.getMessage());
        }
    }
}
