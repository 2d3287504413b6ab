package io.streamclr.trainer.ranks;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The last words of a rendezvous: each rank tells rank 0 that it is connected with all others, and rank 0, once all have, that
 * training begins. Until then a connection to rank 0 that ends says that a rank is gone: rank 0 sees it of each rank, and ends,
 * and the others see it of rank 0, so that nobody waits for one that will not come.
 */
final class AllConnected {

    private static final int CONNECTED = 'C';
    private static final int BEGIN = 'B';
    private static final int NOTHING_YET = -2;
    private static final int GONE = -1;

    /** How long one connection is looked at. */
    private static final int LOOK_MILLIS = 10;

    private AllConnected() {}

    /**
     * Rank 0's part.
     *
     * @param others connections to them, by number
     * @param until of {@link System#nanoTime}
     * @throws RefusalException if one goes before all are connected, or they take longer, naming it
     */
    static void awaitAndBegin(Map<Integer, SocketChannel> others, long until) throws IOException {
        Set<Integer> missing = new TreeSet<>(others.keySet());
        while (!missing.isEmpty()) {
            for (int rank : Set.copyOf(missing)) {
                int word = look(others.get(rank), LOOK_MILLIS);
                if (word == GONE) {
                    throw new RefusalException("Rank " + rank + " ended before all ranks were connected with each"
                            + " other; see what it says itself, and start all ranks again");
                }
                if (word != NOTHING_YET) {
                    require(word, CONNECTED, "rank " + rank);
                    missing.remove(rank);
                }
            }
            if (!missing.isEmpty() && System.nanoTime() > until) {
                throw new RefusalException("Of all ranks "
                        + missing.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + " were not connected with all others in time; check that their hosts reach each other, and"
                        + " start all ranks again");
            }
        }
        for (SocketChannel other : others.values()) {
            say(other, BEGIN);
        }
    }

    /**
     * Another rank's part, once it is connected with all.
     *
     * @param until of {@link System#nanoTime}
     * @throws RefusalException if rank 0 goes before it says that all are, or takes longer
     */
    static void sayAndAwait(SocketChannel first, long until) throws IOException {
        int word;
        try {
            say(first, CONNECTED);
            word = look(first, (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
        } catch (SocketException reset) {
            word = GONE;
        }
        if (word == GONE) {
            throw gone();
        }
        if (word == NOTHING_YET) {
            throw new RefusalException(
                    "Rank 0 did not say in time that all ranks are connected; see what it says itself,"
                            + " and start all ranks again");
        }
        require(word, BEGIN, "rank 0");
    }

    /**
     * While another rank is being connected.
     *
     * @throws RefusalException if rank 0 is gone
     */
    static void requireFirst(SocketChannel first) throws IOException {
        int word = look(first, LOOK_MILLIS);
        if (word == GONE) {
            throw gone();
        }
        require(word, NOTHING_YET, "rank 0");
    }

    private static RefusalException gone() {
        return new RefusalException(
                "Rank 0 ended before all ranks were connected with each other, as it does when one of"
                        + " them is gone; see what the others say, and start all ranks again");
    }

    private static int look(SocketChannel at, int millis) throws IOException {
        try {
            at.socket().setSoTimeout(millis);
            return at.socket().getInputStream().read();
        } catch (SocketTimeoutException quiet) {
            return NOTHING_YET;
        } catch (SocketException reset) {
            return GONE;
        }
    }

    private static void say(SocketChannel to, int word) throws IOException {
        OutputStream out = to.socket().getOutputStream();
        out.write(word);
        out.flush();
    }

    private static void require(int word, int wanted, String who) throws IOException {
        if (word != wanted) {
            throw new IOException(who + " says " + word + " where a rank says " + wanted);
        }
    }
}
