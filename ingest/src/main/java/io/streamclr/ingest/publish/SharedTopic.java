package io.streamclr.ingest.publish;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.topic.WriterTurn;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/** A topic of a real broker, and who else sends to it. */
final class SharedTopic implements InTurns.Broker {

    private static final Duration GLANCE = Duration.ofMillis(10);
    /** Somebody who is silent for so long has nothing to send; longer after each collision. */
    private static final Duration QUIET = Duration.ofMillis(25);
    /** Everybody who has much to send gets about that much of the time. */
    private static final Duration FAIR = Duration.ofSeconds(1);
    /** A writer that does nothing for so long was killed, or sleeps. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int MOST_DOUBLINGS = 5;

    private final String name;
    private final String transactionalId;
    private final Topics topics;
    private final String identity;
    private final TopicKeys keys;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Consumer<FoundImages> catchUp;

    /**
     * @param topics of the broker; closed with this, as {@code keys}
     * @param catchUp reads {@code keys}
     */
    SharedTopic(
            String name,
            Topics topics,
            TopicKeys keys,
            Supplier<Producer<byte[], byte[]>> producers,
            Consumer<FoundImages> catchUp) {
        this.name = name;
        this.transactionalId = transactionalId(name);
        this.topics = topics;
        this.identity = topics.identity(name);
        this.keys = keys;
        this.producers = producers;
        this.catchUp = catchUp;
    }

    /** Everybody who sends to a topic of this name has the same. */
    static String transactionalId(String topic) {
        return "streamclr-ingest-" + topic;
    }

    @Override
    public void awaitTurn(int overtaken) throws InterruptedException {
        long begin = System.nanoTime();
        long quiet = overtaken == 0
                ? 0
                : ThreadLocalRandom.current().nextLong(QUIET.toNanos() << Math.min(overtaken, MOST_DOUBLINGS));
        Optional<WriterTurn> before = topics.turn(transactionalId);
        long since = begin;
        for (long now = begin; now - begin < PATIENCE.toNanos(); now = System.nanoTime()) {
            boolean open = before.map(WriterTurn::open).orElse(false);
            if (!open && now - since >= quiet) {
                return;
            }
            TimeUnit.NANOSECONDS.sleep(GLANCE.toNanos());
            Optional<WriterTurn> turn = topics.turn(transactionalId);
            if (!turn.equals(before)) {
                if (now - begin > FAIR.toNanos()) {
                    return; // it has just committed, so little is lost
                }
                before = turn;
                since = System.nanoTime();
            }
        }
    }

    @Override
    public Producer<byte[], byte[]> producer() {
        return producers.get();
    }

    @Override
    public void catchUp(FoundImages found) {
        catchUp.accept(found);
    }

    @Override
    public void requireSame() {
        if (!topics.identity(name).equals(identity)) {
            throw new RefusalException(
                    "Topic " + name + " was deleted and created anew while images were sent to it, and"
                            + " what was sent before is gone with the old one; start again, which sends everything");
        }
    }

    @Override
    public void passOver(Map<Integer, Long> ends) {
        keys.passOver(ends);
    }

    @Override
    public void close() {
        keys.close();
        topics.close();
    }
}
