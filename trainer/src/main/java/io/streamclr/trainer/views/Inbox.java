package io.streamclr.trainer.views;

import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.wire.ArrivalHeader;
import io.streamclr.trainer.views.FeedPosition.Reading;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The records of one partition that were fetched and not yet taken, in order. Repetitions fall out here. */
public final class Inbox {

    private final ViewReader reader;
    private final ArrayDeque<ConsumerRecord<byte[], ByteBuffer>> fetched = new ArrayDeque<>();
    private Reading reading;
    private Optional<Kept> head = Optional.empty();
    private long repetitions;

    /**
     * A record that takes part.
     *
     * @param offset in the topic of views
     * @param encoded the whole record, never written to
     * @param facts what is known of it
     * @param arrivedAt when its image arrived, in milliseconds since 1970; negative where nobody knows
     * @param runSeed seed of the run that drew the views
     * @param after how far the partition is read once this record is taken
     */
    public record Kept(long offset, ByteBuffer encoded, PairFacts facts, long arrivedAt, long runSeed, Reading after) {}

    public Inbox(ViewReader reader, Reading reading) {
        this.reader = reader;
        this.reading = reading;
    }

    public void add(ConsumerRecord<byte[], ByteBuffer> record) {
        fetched.add(record);
    }

    /** Records that were fetched and not taken, repetitions perhaps among them. */
    int size() {
        return fetched.size() + (head.isPresent() ? 1 : 0);
    }

    /** Whether the next record must be fetched first. */
    public boolean isEmpty() {
        return next().isEmpty();
    }

    /** The next record that is no repetition, without taking it; empty if none was fetched. */
    Optional<Kept> next() {
        while (head.isEmpty() && !fetched.isEmpty()) {
            ConsumerRecord<byte[], ByteBuffer> record = fetched.remove();
            if (record.offset() < reading.nextOffset()) {
                continue;
            }
            ViewPair pair = reader.read(record);
            int pass = pair.getPass();
            long origin = pair.getOrigin().getOffset();
            if (reading.isBelow(pass, origin)) {
                Reading after = new Reading(record.offset() + 1, pass, origin);
                long arrivedAt = ArrivalHeader.in(record.headers());
                PairFacts facts = PairFacts.of(record.value(), pair);
                head = Optional.of(
                        new Kept(record.offset(), record.value(), facts, arrivedAt, pair.getRunSeed(), after));
            } else {
                repetitions++;
            }
        }
        return head;
    }

    /** Takes what {@link #next} shows. */
    public Kept take() {
        Kept taken = next().orElseThrow();
        reading = taken.after();
        head = Optional.empty();
        return taken;
    }

    /** How far it was taken. */
    public Reading reading() {
        return reading;
    }

    /** How many repetitions fell out so far. */
    public long repetitions() {
        return repetitions;
    }
}
