package io.streamclr.trainer.ranks;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.ranks.Greeting.Stranger;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
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

    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int LOOK_MILLIS = 100;
    private static final Duration BETWEEN_CALLS = Duration.ofMillis(200);
    private static final Duration LATE = Duration.ofSeconds(10);
    private static final int LONGEST_SECRET = 1 << 16;

    private final Launch launch;
    private final Duration silence;
    private final Duration answer;
    private final Greeting greeting;
    private final long until;
    private final long began = System.nanoTime();
    private final Map<Integer, SocketChannel> channels = new ConcurrentHashMap<>();
    private boolean said;
    private WhileWaiting whileWaiting = () -> {};

    private Rendezvous(Launch launch, Duration patience, Duration silence, Duration answer) {
        this.answer = answer;
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
        return join(launch, patience, silence, ANSWER);
    }

    /** The same. @param answer how long a greeting may take, from its first byte to its last */
    static Collective join(Launch launch, Duration patience, Duration silence, Duration answer) {
        Rendezvous meeting = new Rendezvous(launch, patience, silence, answer);
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
        Map<Integer, Integer> ports = new ConcurrentHashMap<>();
        try (ServerSocketChannel listening = Listening.ofRank0(launch.host(), address(), launch.port())) {
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
        AllConnected.awaitAndBegin(channels, until);
    }

    private static String host(SocketChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getRemoteAddress()).getAddress().getHostAddress();
    }

    private void beAnother() throws IOException {
        AtomicReference<ServerSocketChannel> listens = new AtomicReference<>();
        try {
            InetSocketAddress place = InetSocketAddress.createUnresolved(launch.host(), launch.port());
            SocketChannel first = connect(place, 0, channel -> {
                if (listens.get() == null) {
                    listens.set(Listening.ofAnother(channel, launch.port()));
                }
                greet(channel, ((InetSocketAddress) listens.get().getLocalAddress()).getPort());
            });
            channels.put(0, first);
            // All others may have to be waited for, and their hosts to be found.
            first.socket().setSoTimeout((int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
            List<InetSocketAddress> places = places(in(first));
            whileWaiting = () -> AllConnected.requireFirst(first);
            for (int other = 1; other < launch.rank(); other++) {
                channels.put(other, connect(places.get(other - 1), other, channel -> greet(channel, 0)));
            }
            accept(listens.get(), launch.rank() + 1, new ConcurrentHashMap<>());
            AllConnected.sayAndAwait(first, until);
        } finally {
            if (listens.get() != null) {
                listens.get().close();
            }
        }
    }

    /** Where the ranks after the first listen, as that says once all have called it. */
    private List<InetSocketAddress> places(DataInputStream in) throws IOException {
        try {
            List<InetSocketAddress> places = new ArrayList<>();
            for (int other = 1; other < launch.ranks(); other++) {
                places.add(place(in.readUTF(), in.readInt()));
            }
            return places;
        } catch (EOFException | SocketException gone) {
            throw new RefusalException(
                    "Rank 0 let rank " + launch.rank() + " go before all were there: it ended, or another process says"
                            + " that it is rank " + launch.rank()
                            + " too; start each rank once, and all of them again",
                    gone);
        }
    }

    /** As another rank says it. */
    private static InetSocketAddress place(String host, int port) throws IOException {
        if (port < 1 || port > Launch.MOST_PORT) {
            throw new IOException("rank 0 says that a rank listens on port " + port);
        }
        return InetSocketAddress.createUnresolved(host, port);
    }

    private InetAddress address() throws UnknownHostException {
        return InetAddress.getByName(launch.host());
    }

    /** Calls another rank until it listens and greets. @param place its host is found each time: it may get its name later */
    private SocketChannel connect(InetSocketAddress place, int rank, Greets greets) throws IOException {
        while (true) {
            SocketChannel channel = SocketChannel.open();
            try {
                InetAddress host = InetAddress.getByName(place.getHostString());
                channel.socket().connect(new InetSocketAddress(host, place.getPort()), (int) answer.toMillis());
                requireOther(channel);
                greets.on(ready(channel, answer));
                return channel;
            } catch (RefusalException disagreeing) {
                closeQuietly(channel);
                throw disagreeing;
            } catch (Stranger other) {
                closeQuietly(channel);
                throw stranger(place, other);
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
                whileWaiting.look();
                sayLate(() -> "rank " + rank + " at " + words(place) + " (" + FileFault.of(away) + ")");
                pause();
            }
        }
    }

    private static String words(InetSocketAddress place) {
        return OneLine.of(place.getHostString()) + ":" + place.getPort();
    }

    /** Sees to it that waiting for another rank still has a reason. */
    private interface WhileWaiting {
        void look() throws IOException;
    }

    /** How a rank that was called is greeted. */
    private interface Greets {
        void on(SocketChannel channel) throws IOException;
    }

    /** A call to a port that nobody listens on may be connected with itself, where the system took that port for it. */
    private static void requireOther(SocketChannel channel) throws IOException {
        if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
            throw new ConnectException("Connection refused");
        }
    }

    /** Once, to whoever wonders why nothing happens. */
    private void sayLate(Supplier<String> whom) {
        if (!said && System.nanoTime() - began > LATE.toNanos()) {
            said = true;
            LOG.warn(
                    "Rank {} of {} waits for {}; it goes on waiting for up to {} minutes",
                    launch.rank(),
                    launch.ranks(),
                    whom.get(),
                    PATIENCE.toMinutes());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_CALLS.toMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RefusalException("Waiting for the other ranks was interrupted; start all ranks again", stopped);
        }
    }

    private void greet(SocketChannel channel, int port) throws IOException {
        greeting.call(in(channel), out(channel), port);
    }

    private RefusalException stranger(InetSocketAddress where, Stranger other) {
        return new RefusalException(
                "Rank " + launch.rank() + " found something else than a rank of its run at " + words(where) + ": "
                        + other.getMessage() + "; check MASTER_ADDR, MASTER_PORT and the file of the secret",
                other);
    }

    /** Waits until all ranks from this number on have called. @param ports where they listen, to be filled */
    private void accept(ServerSocketChannel listening, int from, Map<Integer, Integer> ports) throws IOException {
        try (Callers callers = new Callers(greeting, channels, from, answer)) {
            listening.socket().setSoTimeout(LOOK_MILLIS);
            while (!missing(from).isEmpty()) {
                if (System.nanoTime() > until) {
                    throw new RefusalException("Of " + launch.ranks() + " ranks " + missing(from)
                            + " did not come in time; check that all were started, and that they reach "
                            + launch.host() + ":" + launch.port());
                }
                accepted(listening).ifPresent(caller -> callers.greet(caller, ports));
                callers.hangUpOnSlowOnes();
                whileWaiting.look();
                sayLate(() -> "the others (" + missing(from) + ") at " + launch.host() + ":" + launch.port());
            }
        }
    }

    private String missing(int from) {
        return IntStream.range(from, launch.ranks())
                .filter(rank -> !channels.containsKey(rank))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", "));
    }

    private static Optional<SocketChannel> accepted(ServerSocketChannel listening) throws IOException {
        try {
            return Optional.of(listening.socket().accept().getChannel());
        } catch (SocketTimeoutException nobody) {
            return Optional.empty();
        }
    }

    /** A connection whose greeting may begin. @param answer how long each part of it may take */
    static SocketChannel ready(SocketChannel channel, Duration answer) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        channel.socket().setSoTimeout((int) answer.toMillis());
        return channel;
    }

    /** Reads no further than it is asked to: what follows is for others. */
    static DataInputStream in(SocketChannel channel) throws IOException {
        return new DataInputStream(channel.socket().getInputStream());
    }

    static DataOutputStream out(SocketChannel channel) throws IOException {
        return new DataOutputStream(new BufferedOutputStream(channel.socket().getOutputStream()));
    }

    static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException already) {
            LOG.debug("connection did not close reason={}", FileFault.of(already));
        }
    }
}
