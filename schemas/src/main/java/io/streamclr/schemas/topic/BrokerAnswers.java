package io.streamclr.schemas.topic;

import io.streamclr.schemas.RefusalException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Waits for what a broker answers, and says in a sentence what went wrong where it refuses or does not answer. */
final class BrokerAnswers {

    private static final Duration PAUSE = Duration.ofMillis(10);

    private final String address;
    private final Duration patience;

    /**
     * @param address of the broker, as the user gave it
     * @param patience how long the client itself waits for an answer
     */
    BrokerAnswers(String address, Duration patience) {
        this.address = address;
        this.patience = patience;
    }

    /** Why no client can be made for this address; nothing was sent yet. */
    static RefusalException noClient(String address, KafkaException refused) {
        return new RefusalException(
                "Cannot make a Kafka client for " + address + ": " + innermost(refused)
                        + "; check --bootstrap-server and the --kafka-config file",
                refused);
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }

    /** Asks about a topic again for so long while the broker that happens to be asked knows nothing of it. */
    <T> T awaitKnown(Supplier<KafkaFuture<T>> question, Duration limit) throws ExecutionException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                return await(question.get());
            } catch (ExecutionException failed) {
                if (!(failed.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > deadline) {
                    throw failed;
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /**
     * What the broker answers.
     *
     * @throws ExecutionException if it refuses
     * @throws RefusalException if it does not answer in time, or this thread is interrupted
     */
    <T> T await(KafkaFuture<T> answer) throws ExecutionException {
        try {
            return answer.get(patience.toMillis() + 5_000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RefusalException("Stopped while waiting for " + address, interrupted);
        } catch (TimeoutException late) {
            throw unreachable(late);
        }
    }

    /** What a refused question is reported as. */
    RefusalException refusal(ExecutionException failed) {
        Throwable cause = failed.getCause();
        if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
            return unreachable(cause);
        }
        if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
            return new RefusalException(
                    "The Kafka broker at " + address + " denies access: " + cause.getMessage()
                            + "; check user, secret and rights in the --kafka-config file",
                    cause);
        }
        return new RefusalException("The Kafka broker at " + address + " refuses: " + cause.getMessage(), cause);
    }

    /** What a refused question about a topic is reported as that must be there. */
    RefusalException missing(String name, ExecutionException failed) {
        return failed.getCause() instanceof UnknownTopicOrPartitionException
                ? new RefusalException("Topic " + name + " does not exist at " + address
                        + "; create it with 'streamclr topics create'")
                : refusal(failed);
    }

    private RefusalException unreachable(Throwable cause) {
        return new RefusalException(
                "No Kafka broker answers at " + address + " within " + patience.toSeconds()
                        + " seconds; check that it runs and that --bootstrap-server and --kafka-config fit it",
                cause);
    }
}
