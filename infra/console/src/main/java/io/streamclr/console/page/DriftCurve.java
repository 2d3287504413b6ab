package io.streamclr.console.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.drift.Discrepancy;
import io.streamclr.console.drift.DriftAlarm;
import io.streamclr.console.drift.DriftGauge;
import io.streamclr.console.drift.DriftPlan;
import io.streamclr.console.drift.DriftReading;
import io.streamclr.console.vectors.ArrivalOrder;
import io.streamclr.console.vectors.EmbeddingLog;
import io.streamclr.console.vectors.LogPosition;
import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.RefusalException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Whether the images of a stream look to the encoder like the first that it embedded, over time: as {@code embeddings drift
 * --follow} says it, with its usual settings, and for some moments of the past too, which it finds by reading the topic from
 * its beginning. For one thread.
 */
final class DriftCurve implements AutoCloseable {

    private static final String MMD2 = "drift/mmd2";
    private static final String P_VALUE = "drift/p_value";
    /** MMD squared where the alarm is raised. */
    private static final String RAISED = "drift/raised";

    /** Moments of the past at which a window ends, at most: each comparison takes a processor for some tenths of a second. */
    private static final int LOOKS_BACK = 60;

    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final Duration BRIEFLY = Duration.ofMillis(50);
    private static final int ALARMS_SHOWN = 10;

    private final StreamTopics topics;
    private final History history;
    private final Clock clock;
    private final DriftGauge gauge = new DriftGauge(DriftPlan.USUAL);
    private final DriftAlarm alarm = new DriftAlarm(DriftAlarm.USUAL_THRESHOLD, DriftAlarm.USUAL_CONSECUTIVE);
    private final EmbeddingLog log;
    private final ArrivalOrder past;
    private final Instant openedAt;
    private final Deque<Alarm> alarms = new ArrayDeque<>();

    private boolean isPast = true;
    /** How far the past was read. */
    private Instant readTo = Instant.MIN;

    private Duration between = EVERY;
    private Instant nextAt = Instant.MAX;
    private Optional<DriftReading> newest = Optional.empty();

    /**
     * A stretch of time with the alarm raised.
     *
     * @param from the end of the window that raised it
     * @param to the end of the newest window until then
     * @param isOver whether that window ended it
     */
    private record Alarm(Instant from, Instant to, boolean isOver) {}

    /** @throws RefusalException if there is no such topic, or it may not be read */
    DriftCurve(StreamTopics topics, History history, Clock clock) {
        this.topics = topics;
        this.history = history;
        this.clock = clock;
        this.openedAt = clock.instant();
        this.log = EmbeddingLog.open(topics.kafka(), topics.embeddings(), Optional.empty(), LogPosition.BEGINNING);
        this.past = new ArrivalOrder(log);
    }

    /**
     * Reads on for so long, and adds what there is to say to the curves; empty before there is an embedding.
     *
     * @throws RefusalException if the topic cannot be read
     */
    Optional<ObjectNode> follow(Duration atMost) {
        long begun = System.nanoTime();
        boolean isMore = true;
        while (isMore && System.nanoTime() - begun < atMost.toNanos()) {
            isMore = isPast ? readPast() : readOn();
        }
        if (!isPast && !clock.instant().isBefore(nextAt)) {
            compare(clock.instant());
            nextAt = clock.instant().plus(EVERY);
        }
        return readTo.equals(Instant.MIN) ? Optional.empty() : Optional.of(json());
    }

    private boolean readPast() {
        for (StoredEmbedding embedding : past.next(BRIEFLY)) {
            takePast(embedding);
        }
        if (past.isOver()) {
            isPast = false;
            nextAt = clock.instant();
        }
        return true;
    }

    private void takePast(StoredEmbedding embedding) {
        Instant arrivedAt = embedding.record().getArrivedAt();
        if (readTo.equals(Instant.MIN)) {
            between = longer(EVERY, Duration.between(arrivedAt, openedAt).dividedBy(LOOKS_BACK));
            nextAt = arrivedAt.plus(between);
        }
        // A clock that went back, or goes before ours, takes nothing back that was said.
        Instant now = arrivedAt.isAfter(openedAt) ? openedAt : arrivedAt;
        readTo = now.isBefore(readTo) ? readTo : now;
        while (nextAt.isBefore(readTo)) {
            compare(nextAt);
            nextAt = nextAt.plus(between);
        }
        gauge.add(embedding, readTo);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private boolean readOn() {
        boolean any = false;
        for (StoredEmbedding embedding : log.next(BRIEFLY)) {
            any = true;
            readTo = clock.instant();
            gauge.add(embedding, readTo);
        }
        return any;
    }

    private void compare(Instant at) {
        newest = gauge.read(at);
        newest.ifPresent(reading -> {
            OptionalDouble pValue = reading.found()
                    .map(found -> OptionalDouble.of(found.pValue()))
                    .orElse(OptionalDouble.empty());
            note(alarm.take(reading.encoder().digest(), pValue), at);
            double x = at.toEpochMilli() / 1000.0;
            reading.found().ifPresent(found -> draw(x, found));
        });
    }

    private void draw(double x, Discrepancy found) {
        history.add(MMD2, x, found.mmd2());
        history.add(P_VALUE, x, found.pValue());
        if (alarm.isRaised()) {
            history.add(RAISED, x, found.mmd2());
        }
    }

    private void note(DriftAlarm.Change change, Instant at) {
        if (change == DriftAlarm.Change.RAISED) {
            alarms.addFirst(new Alarm(at, at, false));
            if (alarms.size() > ALARMS_SHOWN) {
                alarms.removeLast();
            }
        } else if (!alarms.isEmpty() && !alarms.getFirst().isOver()) {
            alarms.addFirst(new Alarm(alarms.removeFirst().from(), at, change != DriftAlarm.Change.NONE));
        }
    }

    private ObjectNode json() {
        ObjectNode drift = JsonNodeFactory.instance.objectNode();
        drift.put("topic", topics.embeddings());
        drift.put("alarm", alarm.isRaised());
        drift.put("threshold", DriftAlarm.USUAL_THRESHOLD);
        drift.put("consecutive", DriftAlarm.USUAL_CONSECUTIVE);
        drift.put("window_seconds", DriftPlan.USUAL.window().toSeconds());
        drift.put("seconds_apart", (isPast ? between : EVERY).toSeconds());
        if (isPast) {
            drift.put("read_to", readTo.toString());
        }
        newest.ifPresent(reading -> drift.set("newest", reading.object().put("words", reading.inWords())));
        drift.putArray("alarms");
        alarms.forEach(each -> drift.withArray("alarms")
                .addObject()
                .put("from", each.from().toString())
                .put("to", each.to().toString())
                .put("over", each.isOver()));
        return drift;
    }

    @Override
    public void close() {
        log.close();
    }
}
