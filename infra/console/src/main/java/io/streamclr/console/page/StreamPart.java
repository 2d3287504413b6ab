package io.streamclr.console.page;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * What a page shows of a stream of embedded images: the newest with their neighbours, and whether they drift. Where there is
 * no such topic, or it may not be read, the page has no such part. All is done in two threads of its own, which rest longer
 * than they work.
 */
final class StreamPart implements AutoCloseable {

    private static final long NEWEST_MILLIS = 5_000;
    private static final long DRIFT_MILLIS = 2_000;
    private static final Duration DRIFT_AT_ONCE = Duration.ofSeconds(1);

    /** How much longer than it works each thread rests: images may be of any size, and a comparison takes long. */
    private static final int REST = 3;

    private static final Duration UNTIL_THERE = Duration.ofSeconds(10);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

    private final StreamTopics topics;
    private final Board board;
    private final History history;
    private final Thumbnails thumbnails;
    private final Worker newestWorker;
    private final Worker driftWorker;
    private final Turns newestTurns = new Turns();
    private final Turns driftTurns = new Turns();
    private NewestEmbedded newest;
    private DriftCurve drift;

    StreamPart(StreamTopics topics, Board board, History history, Troubles troubles) {
        this.topics = topics;
        this.board = board;
        this.history = history;
        this.thumbnails = new Thumbnails(topics);
        this.newestWorker = new Worker("page-stream", troubles);
        this.driftWorker = new Worker("page-drift", troubles);
        newestWorker.every(NEWEST_MILLIS, "stream", () -> newestTurns.take(this::lookAtNewest));
        driftWorker.every(DRIFT_MILLIS, "drift", () -> driftTurns.take(this::followDrift));
    }

    /** @throws RefusalException if it is none of those that were shown lately */
    byte[] png(Thumbnails.Place place) {
        return thumbnails.png(place);
    }

    /** Has what fails rest for a while, and what is forbidden too, of which nothing is said. For one thread. */
    private static final class Turns {

        private long notBefore = System.nanoTime();
        private RefusalException failed;

        /** @param work says whether there is anything to work on */
        void take(BooleanSupplier work) {
            if (System.nanoTime() - notBefore < 0) {
                if (failed != null) {
                    throw failed; // it is still so, as far as anybody knows
                }
                return;
            }
            failed = null;
            try {
                if (!work.getAsBoolean()) {
                    wait(UNTIL_THERE);
                }
            } catch (RefusalException refused) {
                wait(AFTER_FAILURE);
                if (!(refused.getCause() instanceof AuthorizationException)) {
                    failed = refused;
                    throw refused;
                }
            }
        }

        void restAfter(long begun) {
            wait(Duration.ofNanos(REST * (System.nanoTime() - begun)));
        }

        private void wait(Duration time) {
            notBefore = System.nanoTime() + time.toNanos();
        }
    }

    private boolean isThere() {
        try (Topics there = Topics.at(topics.kafka())) {
            return there.partitions(topics.embeddings()).isPresent();
        }
    }

    private boolean lookAtNewest() {
        if (newest == null) {
            if (!isThere()) {
                return false;
            }
            newest = new NewestEmbedded(topics, thumbnails);
        }
        long begun = System.nanoTime();
        try {
            newest.look().ifPresent(shown -> board.put("stream", shown));
        } catch (RefusalException failed) {
            closeNewest();
            throw failed;
        }
        newestTurns.restAfter(begun);
        return true;
    }

    private boolean followDrift() {
        if (drift == null) {
            if (!isThere()) {
                return false;
            }
            drift = new DriftCurve(topics, history, Clock.systemUTC());
        }
        long begun = System.nanoTime();
        try {
            drift.follow(DRIFT_AT_ONCE).ifPresent(shown -> board.put("drift", shown));
        } catch (RefusalException failed) {
            closeDrift();
            throw failed;
        }
        driftTurns.restAfter(begun);
        return true;
    }

    private void closeNewest() {
        if (newest != null) {
            newest.close();
            newest = null;
        }
    }

    private void closeDrift() {
        if (drift != null) {
            drift.close();
            drift = null;
        }
    }

    @Override
    public void close() {
        newestWorker.close();
        driftWorker.close();
        closeNewest();
        closeDrift();
        thumbnails.close();
    }
}
