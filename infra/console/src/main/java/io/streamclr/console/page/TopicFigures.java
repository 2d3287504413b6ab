package io.streamclr.console.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.topic.Topics;
import java.time.Clock;
import java.util.Map;

/** What the topics say: images and view pairs a second, and how many pairs of each partition wait. For one thread. */
final class TopicFigures implements AutoCloseable {

    private final ShownRun subject;
    private final Topics topics;
    private final History history;
    private final Clock clock;
    private long before;
    private long imagesBefore;
    private long viewsBefore;

    TopicFigures(ShownRun subject, History history, Clock clock) {
        this.subject = subject;
        this.topics = Topics.at(subject.kafka());
        this.history = history;
        this.clock = clock;
    }

    /** Asks the broker, and adds what it says to the curves. */
    ObjectNode look() {
        Map<Integer, Long> views = topics.end(subject.viewsTopic());
        Map<Integer, Long> trained = topics.committed(subject.group(), subject.viewsTopic());
        long imagesNow = sum(topics.end(subject.imagesTopic()));
        long viewsNow = sum(views);
        long now = clock.millis();
        double at = now / 1000.0;
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        if (before > 0 && now > before) {
            double seconds = (now - before) / 1000.0;
            rate(figures, "images_per_second", at, (imagesNow - imagesBefore) / seconds);
            rate(figures, "drawn_per_second", at, (viewsNow - viewsBefore) / seconds);
        }
        before = now;
        imagesBefore = imagesNow;
        viewsBefore = viewsNow;
        long lag = 0;
        for (int partition : trained.keySet()) {
            long waiting = Math.max(0, views.getOrDefault(partition, 0L) - trained.get(partition));
            history.add("lag/" + partition, at, waiting);
            lag += waiting;
        }
        figures.put("images", imagesNow);
        figures.put("lag", lag);
        return figures;
    }

    private void rate(ObjectNode figures, String name, double at, double perSecond) {
        history.add("flow/" + name, at, perSecond);
        figures.put(name, Math.round(perSecond));
    }

    private static long sum(Map<Integer, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public void close() {
        topics.close();
    }
}
