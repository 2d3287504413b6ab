package io.streamclr.trainer.ranks;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to one other rank. A thread reads it all the time, so that this rank hears of a stop or of an end
 * whatever it does; what is large it reads once this rank is where it belongs, into memory that is used again.
 */
final class Peer {

    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

    private static final byte BEAT = 0;
    private static final byte DATA = 1;
    private static final byte STOP = 2;
    private static final byte END = 3;

    /** Kind, number of the call, length. */
    private static final int HEADER = 1 + Long.BYTES + Integer.BYTES;

    /** What may be read before this rank is where it belongs. */
    private static final int SMALL = 1 << 16;

    /** No rank is more than two calls ahead of another. */
    private static final int AHEAD = 4;

    /** For what is on its way between two ranks that part. */
    static final Duration TO_LEAVE = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofMillis(50);

    private final int rank;
    private final SocketChannel channel;
    private final Duration silence;
    private final LongSupplier clock;
    private final Runnable stopped;
    private final Thread reading;
    private final BlockingQueue<Arrived> arrived = new ArrayBlockingQueue<>(AHEAD);
    private final Object place = new Object();
    private final ReentrantLock writing = new ReentrantLock();
    private final ByteBuffer header = ByteBuffer.allocateDirect(HEADER).order(ByteOrder.LITTLE_ENDIAN);

    private ByteBuffer large = ByteBuffer.allocateDirect(0);
    /** The call that this rank has come to, and how much may be sent to it; under {@link #place}. */
    private long reached;

    private int most;
    private volatile long heardAt;
    private volatile boolean listening;
    private volatile boolean leaving;
    private volatile Optional<RankLost> lost = Optional.empty();
    /** Of this process, such as too little memory. */
    private volatile Optional<Throwable> fault = Optional.empty();

    private record Arrived(long call, ByteBuffer content) {}

    /**
     * @param silence after which a rank counts as gone
     * @param clock in nanoseconds, only going forwards
     * @param stopped is called when the other rank is asked to stop, and when it is gone
     */
    Peer(int rank, SocketChannel channel, Duration silence, LongSupplier clock, Runnable stopped) {
        this.rank = rank;
        this.channel = channel;
        this.silence = silence;
        this.clock = clock;
        this.stopped = stopped;
        heardAt = clock.getAsLong();
        reading = new Thread(this::read, "rank-" + rank);
        reading.setDaemon(true);
    }

    void begin() {
        reading.start();
    }

    private void read() {
        try {
            while (true) {
                ByteBuffer head = filled(ByteBuffer.allocate(HEADER));
                byte kind = head.get();
                long call = head.getLong();
                int length = head.getInt();
                switch (kind) {
                    case BEAT -> requireLength(length, 0);
                    case STOP -> {
                        requireLength(length, 0);
                        stopped.run();
                    }
                    case END -> {
                        requireLength(length, SMALL);
                        lost = Optional.of(ended(filled(ByteBuffer.allocate(length))));
                        return;
                    }
                    case DATA -> take(call, length);
                    default -> throw new IOException("it sent something of kind " + kind);
                }
            }
        } catch (EOFException gone) {
            lose("it was gone at once, as a process is that is killed");
        } catch (IOException broken) {
            lose("the connection to it broke (" + FileFault.of(broken) + ")");
        } catch (InterruptedException closing) {
            lose("this rank left");
        } catch (RuntimeException | Error own) {
            // Whoever waits for what this thread reads would wait for good.
            fault = Optional.of(own);
        } finally {
            // Whatever this rank waits for elsewhere is in vain.
            stopped.run();
        }
    }

    private void take(long call, int length) throws IOException, InterruptedException {
        int allowed = length > SMALL ? roomAt(call) : SMALL;
        if (leaving) {
            passOver(length);
            return;
        }
        requireLength(length, allowed);
        ByteBuffer content = length > SMALL ? largeRoom(length) : ByteBuffer.allocate(length);
        Arrived next = new Arrived(call, filled(content));
        while (!leaving && !arrived.offer(next, LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.trace("this rank is behind rank={}", rank);
        }
    }

    /** Waits until this rank comes to a call; how much may be sent to it. */
    private int roomAt(long call) throws InterruptedException {
        synchronized (place) {
            while (reached < call && !leaving) {
                place.wait();
            }
            return most;
        }
    }

    /** Who leaves reads on past what it no longer needs, because the other rank's last words may follow. */
    private void passOver(int length) throws IOException {
        requireLength(length, Integer.MAX_VALUE);
        ByteBuffer some = ByteBuffer.allocate(Math.min(length, SMALL));
        for (int left = length; left > 0; left -= some.limit()) {
            filled(some.clear().limit(Math.min(left, SMALL)));
        }
    }

    private ByteBuffer largeRoom(int length) {
        if (large.capacity() < length) {
            large = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
        }
        return large.clear().limit(length);
    }

    private static void requireLength(int length, int most) throws IOException {
        if (length < 0 || length > most) {
            throw new IOException("it sent " + length + " bytes where at most " + most + " belong");
        }
    }

    private ByteBuffer filled(ByteBuffer room) throws IOException {
        heardAt = clock.getAsLong();
        listening = true;
        try {
            while (room.hasRemaining()) {
                if (channel.read(room) < 0) {
                    throw new EOFException();
                }
                heardAt = clock.getAsLong();
            }
        } finally {
            listening = false;
        }
        return room.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The rank whose failure it was, and what that said; nothing of a rank that is done. */
    private RankLost ended(ByteBuffer farewell) {
        if (farewell.remaining() < 2 * Integer.BYTES) {
            return new RankLost(rank, RankLost.DONE);
        }
        int whose = farewell.getInt();
        int exitCode = Math.max(1, farewell.getInt() & 0xff);
        return new RankLost(whose, StandardCharsets.UTF_8.decode(farewell).toString(), exitCode);
    }

    private void lose(String why) {
        lost = lost.or(() -> Optional.of(new RankLost(rank, why)));
        closeQuietly();
    }

    /** This rank comes to a call, to which the other one sends so many bytes at most. */
    void expect(long call, int bytes) {
        synchronized (place) {
            reached = call;
            most = bytes;
            place.notifyAll();
        }
    }

    /** Waits for what the other rank sends to a call. */
    ByteBuffer receive(long call) throws InterruptedException {
        Arrived next = null;
        while (next == null) {
            // Asked before the look for what came, because a rank may send its last and leave.
            Optional<RankLost> gone = lost;
            if (fault.isPresent()) {
                throw own(fault.get());
            }
            next = arrived.poll(gone.isPresent() ? 0 : LOOK.toMillis(), TimeUnit.MILLISECONDS);
            if (next == null && gone.isPresent()) {
                throw gone.get().refusal();
            }
        }
        if (next.call() != call) {
            throw new RankLost(rank, "it came to call " + next.call() + " when this rank came to call " + call)
                    .refusal();
        }
        int length = next.content().remaining();
        if (length > most) {
            throw new RankLost(rank, "it sent " + length + " bytes where at most " + most + " belong").refusal();
        }
        return next.content();
    }

    private static RuntimeException own(Throwable fault) {
        if (fault instanceof Error error) {
            throw error;
        }
        return fault instanceof RuntimeException known ? known : new IllegalStateException(fault);
    }

    /** Sends what belongs to a call. */
    void send(long call, ByteBuffer content) throws InterruptedException {
        writing.lockInterruptibly();
        try {
            write(DATA, call, content.duplicate());
        } catch (IOException broken) {
            // Why is what its last words say, if there are any: they may have come by now.
            reading.join(TO_LEAVE.toMillis());
            throw refusal(broken);
        } finally {
            writing.unlock();
        }
    }

    private RefusalException refusal(IOException broken) {
        lose("the connection to it broke (" + FileFault.of(broken) + ")");
        RefusalException refusal = lost.orElseThrow().refusal();
        refusal.addSuppressed(broken);
        return refusal;
    }

    private void write(byte kind, long call, ByteBuffer content) throws IOException {
        header.clear().put(kind).putLong(call).putInt(content.remaining()).flip();
        ByteBuffer[] both = {header, content};
        while (header.hasRemaining() || content.hasRemaining()) {
            channel.write(both);
        }
    }

    /**
     * Looks whether the other rank is there; to be called now and then, and never waits.
     *
     * @param now the time, read once for this look: a process may be stopped at any place of it
     * @param paused nanoseconds since the last look in which this process did not run, so that it could hear nobody
     */
    void look(long now, long paused) {
        heardAt = paused > 0 ? Math.min(now, heardAt + paused) : heardAt;
        if (lost.isEmpty() && listening && now - heardAt > silence.toNanos()) {
            lose("it sent nothing for " + silence.toSeconds() + " s, as when its host or the network is gone");
        }
    }

    /** Has the other rank hear that this one is there; to be called now and then. Waits where that one does not read. */
    void beat() {
        tell(BEAT);
    }

    void askToStop() {
        tell(STOP);
    }

    /** Who sends something large is heard of anyway. */
    private void tell(byte kind) {
        boolean mine = kind == BEAT ? writing.tryLock() : lock();
        if (!mine) {
            return;
        }
        try {
            if (!leaving && lost.isEmpty()) {
                write(kind, 0, ByteBuffer.allocate(0));
            }
        } catch (IOException broken) {
            // Who reads finds it too, after the last words of the other rank, which may have come before.
            LOG.debug("rank not told rank={} reason={}", rank, FileFault.of(broken));
        } finally {
            writing.unlock();
        }
    }

    private boolean lock() {
        try {
            return writing.tryLock(TO_LEAVE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Why the other rank is gone; empty if it is not known to be. */
    Optional<RankLost> lost() {
        return lost;
    }

    /** Says that this rank leaves. @param failure empty if it is done */
    void leave(Optional<RankLost> failure) {
        if (!lock()) {
            return;
        }
        try {
            setLeaving();
            byte[] words = failure.map(RankLost::reason).orElse("").getBytes(StandardCharsets.UTF_8);
            ByteBuffer farewell =
                    ByteBuffer.allocate(2 * Integer.BYTES + words.length).order(ByteOrder.LITTLE_ENDIAN);
            failure.ifPresent(
                    why -> farewell.putInt(why.rank()).putInt(why.exitCode()).put(words));
            write(END, 0, farewell.flip());
            channel.shutdownOutput();
        } catch (IOException gone) {
            closeQuietly();
        } finally {
            writing.unlock();
        }
    }

    private void setLeaving() {
        synchronized (place) {
            leaving = true;
            place.notifyAll();
        }
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException already) {
            reading.interrupt();
        }
    }

    /**
     * Closes the connection, which is left: once the other rank has left too, or then.
     *
     * @param until by {@link System#nanoTime}
     */
    void close(long until) {
        try {
            reading.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        closeQuietly();
        reading.interrupt();
    }
}
