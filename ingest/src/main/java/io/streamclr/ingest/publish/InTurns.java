package io.streamclr.ingest.publish;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of several processes into one topic such that each image is there once, whoever sends it. They share a
 * transactional id. Who takes its turn ends everybody else's by that, reads what the others have sent, and sends in
 * transactions what is not there. The broker commits a transaction only if nobody took a turn since its writer looked; of
 * who was overtaken, killed or put to sleep it takes nothing more. What is not committed waits for the next turn.
 */
final class InTurns implements Outlet {

    private static final Logger LOG = LoggerFactory.getLogger(InTurns.class);

    private static final Duration LINGER = Duration.ofMillis(20);
    private static final Duration LONGEST_TRANSACTION = Duration.ofMillis(500);
    private static final long SMALLEST_TRANSACTION_BYTES = 256 << 10;
    /** How long the broker keeps a transaction open; so long readers may wait for what a killed process left. */
    static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(30);
    /** Without progress for so long, no other attempt is made; the last one may take as long as the client waits. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int ATTEMPTS = 3;
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final Broker broker;
    private final Predicate<ImageId> isThere;
    private final long mostBytes;
    private final SendingQueue waiting;
    private final Thread thread = new Thread(this::work, "send images");

    /** What was sent and is not committed; for {@link #thread} alone, as what follows. */
    private final Deque<Sending> again = new ArrayDeque<>();

    private final Map<Integer, Long> written = new ConcurrentHashMap<>();
    private long transactionBytes = 1 << 20;
    private int overtaken;
    private int failures;
    private long lastProgress;
    private long lastLook;
    private long attemptBegan;
    /** Null while it is not this one's turn. */
    private volatile Producer<byte[], byte[]> producer;

    /** What is known of the broker. For one thread, {@link #close} apart. */
    interface Broker extends AutoCloseable {

        /** Waits until nobody is at work, or somebody has been for long. */
        void awaitTurn(int overtaken) throws InterruptedException;

        /** A producer of the shared transactional id. */
        Producer<byte[], byte[]> producer();

        /** Makes known what has come since it was read last, each image with its place too. */
        void catchUp(FoundImages found);

        /** @throws RefusalException if the topic is another one than it was */
        void requireSame();

        /** Own records lie up to these offsets, by partition, and nothing else has come. */
        void passOver(Map<Integer, Long> ends);

        @Override
        void close();
    }

    /**
     * @param isThere whether an image is known to be in the topic
     * @param mostBytes of records that wait, and as many that are not committed; 1 or more
     */
    InTurns(Broker broker, Predicate<ImageId> isThere, long mostBytes) {
        this.broker = broker;
        this.isThere = isThere;
        this.mostBytes = mostBytes;
        this.waiting = new SendingQueue(mostBytes);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void send(ImageId id, ProducerRecord<byte[], byte[]> record, Answer answer) {
        if (!waiting.put(new Sending(id, record, answer))) {
            answer.failed(new KafkaException("sending has ended"));
        }
    }

    @Override
    public void flush() {
        waiting.awaitAnswers();
        broker.requireSame();
    }

    private void work() {
        try {
            Sending first = next(Duration.ofDays(1));
            while (!waiting.isClosed()) {
                if (first != null) {
                    again.addFirst(first);
                    lastProgress = System.nanoTime();
                    sendWaiting();
                }
                first = next(Duration.ofDays(1));
            }
        } catch (InterruptedException | InterruptException stop) {
            LOG.debug("sending ended");
        } catch (Throwable defect) { // of memory too: nobody must wait for ever
            LOG.error("sending failed", defect);
            waiting.refuseMore();
            failAll(new IllegalStateException("Sending failed", defect));
        }
    }

    /** The next record, or null if none comes in time. */
    private Sending next(Duration patience) throws InterruptedException {
        return again.isEmpty() ? waiting.poll(patience) : again.poll();
    }

    /** One transaction after the other until what was not committed is. */
    private void sendWaiting() throws InterruptedException {
        while (!again.isEmpty() && !waiting.isClosed()) {
            attemptBegan = System.nanoTime();
            try {
                if (System.nanoTime() - lastLook > BETWEEN_LOOKS.toNanos()) {
                    broker.requireSame();
                    lastLook = System.nanoTime();
                }
                if (producer == null) {
                    takeTurn();
                }
                transaction();
                lastProgress = System.nanoTime();
                overtaken = 0;
                failures = 0;
            } catch (InterruptException stop) {
                throw stop;
            } catch (KafkaException | RefusalException failed) {
                leaveTurn();
                consider(failed);
            }
        }
    }

    private void takeTurn() throws InterruptedException {
        broker.awaitTurn(overtaken);
        producer = broker.producer();
        producer.initTransactions();
        // Nobody may have said that a transaction was committed, and somebody else may have sent the same images: whose
        // they are is seen by their places.
        Map<ImageId, Sending> uncertain = new HashMap<>();
        again.stream().filter(one -> one.offset >= 0).forEach(one -> uncertain.put(one.id, one));
        broker.catchUp((id, partition, offset) -> {
            Sending one = uncertain.get(id);
            if (one != null && one.record.partition() == partition && one.offset == offset) {
                one.isOwn = true;
            }
        });
    }

    /** Whether to go on after a failure. */
    private void consider(RuntimeException failed) throws InterruptedException {
        failures++;
        boolean late = System.nanoTime() - attemptBegan > TRANSACTION_TIMEOUT.toNanos();
        if (isOvertaken(failed) && (!late || failures < ATTEMPTS)) {
            overtaken++;
            failures = late ? failures : 0; // by somebody else, who makes progress
            lastProgress = System.nanoTime();
        } else if ((failed instanceof RefusalException && !isPassing(failed))
                || isCausedBy(failed, AuthorizationException.class)
                || isCausedBy(failed, AuthenticationException.class)
                || isCausedBy(failed, UnsupportedVersionException.class)) {
            failAll(failed);
        } else if (failures > 1 && (late || System.nanoTime() - lastProgress > PATIENCE.toNanos())) {
            failAll(new TimeoutException(
                    "nothing was committed in " + failures + " attempts: " + failed.getMessage(), failed));
        } else {
            LOG.info("images are sent again why={}", String.valueOf(failed.getMessage()));
            TimeUnit.NANOSECONDS.sleep(BETWEEN_ATTEMPTS.toNanos());
        }
    }

    private static boolean isOvertaken(Throwable failed) {
        return isCausedBy(failed, ProducerFencedException.class)
                || isCausedBy(failed, InvalidProducerEpochException.class);
    }

    /** Whether the same may succeed a little later. */
    private static boolean isPassing(RuntimeException failed) {
        return isCausedBy(failed, RetriableException.class)
                || isCausedBy(failed, java.util.concurrent.TimeoutException.class);
    }

    private static boolean isCausedBy(Throwable failed, Class<? extends Exception> kind) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private void transaction() throws InterruptedException {
        List<Sending> sent = new ArrayList<>();
        try {
            fill(sent);
            if (!sent.isEmpty()) {
                producer.commitTransaction();
            }
        } catch (Throwable failed) { // of memory too: nothing that waits for an answer is forgotten
            for (int i = sent.size() - 1; i >= 0; i--) {
                Sending one = sent.get(i);
                if (one.refused instanceof RecordTooLargeException) {
                    waiting.answered(() -> one.answer.failed(one.refused));
                } else {
                    again.addFirst(one);
                }
            }
            throw failed;
        }
        broker.passOver(Map.copyOf(written));
        written.clear();
        sent.forEach(one -> waiting.answered(one.answer::sent));
    }

    /** Sends what waits, and what comes while it does, as one transaction that is not yet committed. */
    @SuppressWarnings("FutureReturnValueIgnored") // a record that is refused fails its transaction
    private void fill(List<Sending> sent) throws InterruptedException {
        long begin = System.nanoTime();
        long bytes = 0;
        for (Sending next = next(Duration.ZERO); next != null; next = next(LINGER)) {
            Sending one = next;
            if (isThere.test(one.id)) {
                waiting.answered(one.isOwn ? one.answer::sent : one.answer::wasThere);
            } else {
                sent.add(one);
                if (sent.size() == 1) {
                    producer.beginTransaction();
                }
                bytes += one.bytes();
                one.refused = null;
                one.offset = -1;
                producer.send(one.record, (metadata, refused) -> {
                    one.refused = refused;
                    if (refused == null) {
                        one.offset = metadata.offset();
                        written.merge(metadata.partition(), metadata.offset() + 1, Math::max);
                    }
                });
            }
            long took = System.nanoTime() - begin;
            if (bytes >= transactionBytes || took > LONGEST_TRANSACTION.toNanos()) {
                break;
            }
        }
        if (!sent.isEmpty()) {
            producer.flush();
            adapt(bytes, System.nanoTime() - begin);
        }
    }

    /** On a poor line a transaction is small, so that it is committed before the broker gives it up. */
    private void adapt(long bytes, long nanos) {
        if (nanos > 2 * LONGEST_TRANSACTION.toNanos()) {
            transactionBytes = Math.max(SMALLEST_TRANSACTION_BYTES, transactionBytes / 2);
        } else if (bytes >= transactionBytes && nanos < LONGEST_TRANSACTION.toNanos()) {
            transactionBytes = Math.min(mostBytes, 2 * transactionBytes);
        }
    }

    private void failAll(Exception why) {
        List<Sending> all = new ArrayList<>(again);
        again.clear();
        all.addAll(waiting.drain());
        all.forEach(one -> waiting.answered(() -> one.answer.failed(why)));
    }

    private void leaveTurn() {
        written.clear();
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public void close() {
        waiting.close();
        try {
            thread.join(FAREWELL.toMillis());
            thread.interrupt();
            Producer<byte[], byte[]> last = producer;
            if (last != null) {
                last.close(FAREWELL); // ends a transaction that is open, and others need not wait for it
            }
            thread.join(FAREWELL.toMillis());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            broker.close();
        }
    }
}
