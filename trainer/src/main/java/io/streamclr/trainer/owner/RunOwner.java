package io.streamclr.trainer.owner;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.wire.OwnerHeader;
import io.streamclr.schemas.wire.OwnerHeader.Owner;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes for a run while the run is this trainer's. A trainer that begins later takes the run over: from then on the
 * broker takes nothing more from the one before, however long that one was paused.
 *
 * <p>Transactions are the fence and nothing else. Every trainer of a run writes under the same transactional id; who
 * begins makes the broker end the transaction of the one before and refuse what that one still sends. What the broker
 * took before counts, whether or not its transaction was ended by who wrote it, so the topic of batches is read
 * uncommitted, and a step waits for one acknowledgement as without transactions: they are ended now and then.
 *
 * <p>The broker also fences who left a transaction open for too long, although nobody else began. Therefore each trainer
 * leaves a claim in the topic of batches: who is fenced looks for one of another trainer, and goes on if there is none.
 */
public final class RunOwner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunOwner.class);

    /** Exit code of a trainer whose run another one took over: to start it again would take the run back, without end. */
    public static final int TAKEN_OVER = 4;

    /** For one answer of the broker. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration TO_CLAIM = Duration.ofSeconds(60);
    private static final Duration TO_CLOSE = Duration.ofSeconds(2);

    /** How old a proof may be while steps are trained. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    /** How long a transaction stays open while batches are logged; far below the minute after which brokers end it. */
    private static final Duration OPEN = Duration.ofSeconds(3);

    private static final int ATTEMPTS = 3;

    private final KafkaConnection kafka;
    private final String topic;
    private final Owner me;
    private final Claims claims;
    private final ScheduledExecutorService committing = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "run-owner");
        thread.setDaemon(true);
        return thread;
    });

    /** Held by whoever uses what follows; fair, so that nobody waits long for one who waits for the broker again and again. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private Optional<ScheduledFuture<?>> commits = Optional.empty();
    private Optional<FencedProducer> producer = Optional.empty();
    private boolean claimed;
    /** Offset after the last of the topic that is known to be ours. */
    private long next;

    private Optional<RefusalException> replaced = Optional.empty();
    private volatile long provenAt;

    private RunOwner(KafkaConnection kafka, String topic, String runId) {
        this.kafka = kafka;
        this.topic = topic;
        this.me = new Owner(
                runId,
                UUID.randomUUID().toString(),
                "process " + ProcessHandle.current().pid() + " on " + host());
        this.claims = new Claims(kafka, topic);
    }

    /**
     * An owner to be; nothing is sent yet.
     *
     * @param topic of batches
     */
    public static RunOwner of(KafkaConnection kafka, String topic, String runId) {
        return new RunOwner(kafka, topic, runId);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "a host without a name";
        }
    }

    /**
     * Takes the run over from whoever trains it; without effect where it was taken before. What others wrote for the run
     * is in the topic when this returns, and nothing is added to it.
     *
     * @throws RefusalException if the broker does not let it, or does not answer
     */
    public void claim() throws InterruptedException {
        turn.lockInterruptibly();
        try {
            if (claimed) {
                return;
            }
            long begin = System.nanoTime();
            while (!claimed && !gain()) {
                if (System.nanoTime() - begin > TO_CLAIM.toNanos()) {
                    throw new RefusalException("Run " + me.runId() + " cannot be claimed, because Kafka at "
                            + kafka.bootstrapServers() + " began no transaction within " + TO_CLAIM.toSeconds()
                            + " seconds; check that all its brokers run, and that transaction.state.log.replication.factor"
                            + " and transaction.state.log.min.isr are not above their number");
                }
            }
            commits = Optional.of(committing.scheduleWithFixedDelay(
                    this::commitNowAndThen, OPEN.toMillis(), OPEN.toMillis() / 2, TimeUnit.MILLISECONDS));
        } finally {
            turn.unlock();
        }
    }

    /**
     * Writes a record, and returns when it is safe.
     *
     * @return its offset; empty if the broker did not say within this time, and the record may be there all the same
     * @throws RefusalException if the run was taken over
     * @throws KafkaException if the broker refuses the record
     */
    public OptionalLong write(ProducerRecord<byte[], byte[]> entry, Duration most) throws InterruptedException {
        if (!turn.tryLock(most.toNanos(), TimeUnit.NANOSECONDS)) {
            return OptionalLong.empty();
        }
        try {
            return writeInTurn(entry, most);
        } finally {
            turn.unlock();
        }
    }

    /** Writes a record as {@link #write} does, for readers of committed records too: it outlives this process at once. */
    public OptionalLong writeAndCommit(ProducerRecord<byte[], byte[]> entry, Duration most)
            throws InterruptedException {
        if (!turn.tryLock(most.toNanos(), TimeUnit.NANOSECONDS)) {
            return OptionalLong.empty();
        }
        try {
            OptionalLong offset = writeInTurn(entry, most);
            commit();
            return producer.isPresent() ? offset : OptionalLong.empty();
        } finally {
            turn.unlock();
        }
    }

    private OptionalLong writeInTurn(ProducerRecord<byte[], byte[]> entry, Duration most) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            if (replaced.isPresent()) {
                throw replaced.get();
            }
            if (producer.isEmpty() && !gain()) {
                return OptionalLong.empty();
            }
            try {
                return OptionalLong.of(send(entry, most));
            } catch (java.util.concurrent.TimeoutException | TimeoutException silent) {
                drop();
                return OptionalLong.empty();
            } catch (InterruptException stopped) {
                drop();
                throw new InterruptedException(stopped.getMessage());
            } catch (KafkaException | IllegalStateException failed) {
                drop();
                if (attempt == ATTEMPTS || !FencedProducer.mayBeFence(failed)) {
                    throw failed;
                }
                LOG.info(
                        "broker refuses a record, looking who owns the run run={} reason={}",
                        me.runId(),
                        failed.toString());
            }
        }
    }

    private long send(ProducerRecord<byte[], byte[]> entry, Duration most)
            throws InterruptedException, java.util.concurrent.TimeoutException {
        long asked = System.nanoTime();
        long offset = producer.orElseThrow().send(entry, most);
        if (entry.topic().equals(topic)) {
            claims.requireReaching(next, offset);
            next = offset + 1;
        }
        provenAt = asked;
        return offset;
    }

    /**
     * Becomes the one whom the broker takes records from, and says so in the topic.
     *
     * @return false if the broker is silent
     * @throws RefusalException if another trainer became it since this one was
     */
    private boolean gain() throws InterruptedException {
        drop();
        try {
            if (claimed) {
                // Asked first, because who becomes the writer stops the other, if only for a moment.
                claims.newest(me, next).ifPresent(this::giveUp);
            }
            producer = Optional.of(FencedProducer.begin(kafka, "streamclr-run-" + topic + "/" + me.runId(), PATIENCE));
            if (claimed) {
                // Nobody else can write from here on, so who is not there by now did not take the run over.
                claims.newest(me, next).ifPresent(this::giveUp);
            }
            send(sign(), PATIENCE);
            claimed = true;
            return true;
        } catch (InterruptException stopped) {
            drop();
            throw new InterruptedException(stopped.getMessage());
        } catch (AuthorizationException forbidden) {
            drop();
            throw new RefusalException(
                    "Run " + me.runId() + " cannot be claimed: " + forbidden.getMessage()
                            + "; give the user of the --kafka-config file the operations Describe and Write on"
                            + " transactional ids that begin with streamclr-run-, and on topic " + topic,
                    forbidden);
        } catch (java.util.concurrent.TimeoutException
                | RetriableException
                | ProducerFencedException
                | InvalidProducerEpochException silent) {
            LOG.info("run not yet claimed run={} reason={}", me.runId(), silent.toString());
            drop();
            return false;
        } catch (KafkaException refused) {
            drop();
            throw new RefusalException(
                    "Run " + me.runId() + " cannot be claimed in topic " + topic + ": " + refused.getMessage()
                            + "; check the broker and the settings of the topic",
                    refused);
        } catch (RefusalException another) {
            drop();
            throw another;
        }
    }

    private void giveUp(Owner other) {
        replaced = Optional.of(new RefusalException(
                "Run " + me.runId() + " was taken over by another trainer ("
                        + other.place()
                        + "), which began later, so this one ends and writes nothing more: a run has one trainer"
                        + " at a time; give one of them another --run, if it is not the same one, started again",
                TAKEN_OVER));
        throw replaced.get();
    }

    /** A record without key and value, in the only partition. */
    private ProducerRecord<byte[], byte[]> sign() {
        return new ProducerRecord<>(topic, 0, null, null, null, List.of(OwnerHeader.of(me)));
    }

    private void drop() {
        drop(Duration.ZERO);
    }

    private void drop(Duration patience) {
        producer.ifPresent(now -> now.close(patience));
        producer = Optional.empty();
    }

    /**
     * Sees, before something is written elsewhere, that the run is still this trainer's.
     *
     * @param locked whether nobody else can write there anyway, so that a broker that does not say is not waited for
     * @throws RefusalException if the run was taken over
     */
    public void require(boolean locked) {
        try {
            while (write(sign(), PATIENCE).isEmpty() && !locked) {
                LOG.warn("broker is silent, so nothing is saved, waiting for it address={}", kafka.bootstrapServers());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            requireLock(locked, stopped);
        } catch (KafkaException refused) {
            requireLock(locked, refused);
        }
    }

    private void requireLock(boolean locked, Exception why) {
        if (!locked) {
            throw new RefusalException(
                    "Nobody can say whether run " + me.runId() + " is still this trainer's, so it saves nothing more,"
                            + " because Kafka at " + kafka.bootstrapServers() + " does not answer (" + why.getMessage()
                            + "); start it again when it does",
                    why);
        }
        LOG.warn("nobody can say whether the run is still this trainer's run={}", me.runId(), why);
    }

    /** The same where it was not seen a moment ago; for what is done often, and may be done without the broker. */
    public void requireLately() {
        if (System.nanoTime() - provenAt > FRESH.toNanos()) {
            require(true);
        }
    }

    private void commitNowAndThen() {
        if (!turn.tryLock()) {
            return;
        }
        try {
            if (producer.isPresent() && producer.get().isOpenFor(OPEN)) {
                commit();
            }
        } finally {
            turn.unlock();
        }
    }

    private void commit() {
        try {
            producer.ifPresent(FencedProducer::commit);
        } catch (KafkaException | IllegalStateException fenced) {
            // Whoever writes next finds out.
            LOG.info("transaction not ended run={} reason={}", me.runId(), fenced.toString());
            drop();
        }
    }

    /** Lets go of the run; once more does no harm. */
    @Override
    public void close() {
        turn.lock();
        try {
            commits.ifPresent(task -> task.cancel(false));
            committing.shutdown();
            commit();
            drop(TO_CLOSE);
        } finally {
            turn.unlock();
        }
    }
}
