package io.streamclr.ingest.publish;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Records that many threads give and one takes, as many as fit into memory; and the count of those that nobody has
 * answered yet, whether they still wait here or not.
 */
final class SendingQueue {

    private final long mostBytes;
    /** Also the lock for all that follows. */
    private final Deque<Sending> waiting = new ArrayDeque<>();

    private long waitingBytes;
    private long unanswered;
    private boolean closed;
    /** Whether nobody takes records any more; who waits for answers still gets them. */
    private boolean broken;

    /** @param mostBytes of records that wait, 1 or more; a larger one waits alone */
    SendingQueue(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * Waits for room and adds a record.
     *
     * @return false if none is taken any more
     * @throws InterruptException if this thread is interrupted
     */
    boolean put(Sending sending) {
        synchronized (waiting) {
            try {
                while (waitingBytes > 0 && waitingBytes + sending.bytes() > mostBytes && !closed && !broken) {
                    waiting.wait();
                }
            } catch (InterruptedException stop) {
                throw new InterruptException(stop);
            }
            if (closed || broken) {
                return false;
            }
            waiting.add(sending);
            waitingBytes += sending.bytes();
            unanswered++;
            waiting.notifyAll();
            return true;
        }
    }

    /** The next record, or null if none comes in time or the queue was closed. */
    Sending poll(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        synchronized (waiting) {
            for (long left = patience.toNanos();
                    waiting.isEmpty() && !closed && left > 0;
                    left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(waiting, Math.max(1_000_000, left));
            }
            Sending next = waiting.poll();
            if (next != null) {
                waitingBytes -= next.bytes();
                waiting.notifyAll();
            }
            return next;
        }
    }

    /** Gives an answer, after which the record counts as answered. */
    void answered(Runnable answer) {
        try {
            answer.run();
        } finally {
            synchronized (waiting) {
                unanswered--;
                waiting.notifyAll();
            }
        }
    }

    /**
     * Waits until every record is answered, or the queue is closed.
     *
     * @throws InterruptException if this thread is interrupted
     */
    void awaitAnswers() {
        synchronized (waiting) {
            try {
                while (unanswered > 0 && !closed) {
                    waiting.wait();
                }
            } catch (InterruptedException stop) {
                throw new InterruptException(stop);
            }
        }
    }

    /** Takes out all records that wait; they are still to be answered. */
    List<Sending> drain() {
        synchronized (waiting) {
            List<Sending> all = new ArrayList<>(waiting);
            waiting.clear();
            waitingBytes = 0;
            waiting.notifyAll();
            return all;
        }
    }

    /** Takes no more records; {@link #drain} follows, which wakes those who wait for room. */
    void refuseMore() {
        synchronized (waiting) {
            broken = true;
        }
    }

    /** Whether {@link #close} was called. */
    boolean isClosed() {
        synchronized (waiting) {
            return closed;
        }
    }

    /** Takes no more records, and nobody waits any more. */
    void close() {
        synchronized (waiting) {
            closed = true;
            waiting.notifyAll();
        }
    }
}
