package io.streamclr.trainer.owner;

import io.streamclr.schemas.topic.KafkaConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer that the broker takes records from until another one begins under the same transactional id. Of no more use
 * once anything failed. For one thread at a time.
 */
final class FencedProducer {

    private static final List<Class<? extends KafkaException>> FENCES = List.of(
            ProducerFencedException.class,
            InvalidProducerEpochException.class,
            InvalidPidMappingException.class,
            OutOfOrderSequenceException.class,
            InvalidTxnStateException.class,
            TransactionAbortedException.class,
            TransactionAbortableException.class);

    private final KafkaProducer<byte[], byte[]> producer;
    private boolean inTransaction;
    private long transactionBegan;

    private FencedProducer(KafkaProducer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /** Fences whoever began before, and returns when that one's transaction is ended. */
    static FencedProducer begin(KafkaConnection kafka, String transactionalId, Duration patience) {
        FencedProducer begun = new FencedProducer(new KafkaProducer<>(
                kafka.with(Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        transactionalId,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        0,
                        // What is sent just after the end of a transaction is refused until that has gone round.
                        ProducerConfig.RETRY_BACKOFF_MS_CONFIG,
                        10,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        patience.toMillis())),
                new ByteArraySerializer(),
                new ByteArraySerializer()));
        try {
            begun.producer.initTransactions();
            return begun;
        } catch (KafkaException failed) {
            begun.close(Duration.ZERO);
            throw failed;
        }
    }

    /**
     * Writes a record, in a transaction that is left open.
     *
     * @return its offset
     * @throws TimeoutException if the broker did not say in this time
     */
    long send(ProducerRecord<byte[], byte[]> entry, Duration most) throws InterruptedException, TimeoutException {
        if (!inTransaction) {
            producer.beginTransaction();
            inTransaction = true;
            transactionBegan = System.nanoTime();
        }
        try {
            return producer.send(entry)
                    .get(most.toNanos(), TimeUnit.NANOSECONDS)
                    .offset();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof KafkaException kafkas ? kafkas : new KafkaException(failed.getCause());
        }
    }

    /** Whether a transaction is open for longer than this. */
    boolean isOpenFor(Duration time) {
        return inTransaction && System.nanoTime() - transactionBegan > time.toNanos();
    }

    /** Ends the transaction, if one is open. */
    void commit() {
        if (inTransaction) {
            producer.commitTransaction();
            inTransaction = false;
        }
    }

    /** Whether it may have been fenced: brokers and clients say it in different words, and repeat it of what follows. */
    static boolean mayBeFence(RuntimeException failed) {
        return !(failed instanceof ApiException)
                || failed instanceof RetriableException
                || FENCES.stream().anyMatch(kind -> kind.isInstance(failed));
    }

    void close(Duration patience) {
        // Kafka's close fails on a thread that is interrupted.
        boolean interrupted = Thread.interrupted();
        producer.close(patience);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
