package io.streamclr.console.vectors;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a log holds when this is made, in the order in which the images arrived, whatever partitions they are in: for
 * whoever looks back on how the stream was at a moment. A partition whose next image is known waits for the others, so that
 * no more is held of each than the broker gives at a time. For one thread.
 */
public final class ArrivalOrder {

    private static final Comparator<Deque<StoredEmbedding>> BY_NEXT =
            Comparator.comparing(waiting -> waiting.element().record().getArrivedAt());

    private final EmbeddingLog log;
    private final Map<Integer, Long> ends;
    private final Map<Integer, Deque<StoredEmbedding>> waiting = new TreeMap<>();

    /** @param log nobody else reads from it until {@link #isOver} */
    public ArrivalOrder(EmbeddingLog log) {
        this.log = log;
        this.ends = log.ends();
        ends.keySet().forEach(partition -> waiting.put(partition, new ArrayDeque<>()));
    }

    /**
     * The next of them; none if nothing comes in this time.
     *
     * @throws io.streamclr.schemas.RefusalException if the topic cannot be read
     */
    public List<StoredEmbedding> next(Duration wait) {
        log.readOnly(partition -> waiting.get(partition).isEmpty());
        log.next(wait).forEach(each -> waiting.get(each.partition()).add(each));
        List<StoredEmbedding> inOrder = new ArrayList<>();
        while (isNextKnown()) {
            inOrder.add(waiting.values().stream()
                    .filter(each -> !each.isEmpty())
                    .min(BY_NEXT)
                    .orElseThrow()
                    .remove());
        }
        if (isOver()) {
            log.readOnly(partition -> true);
        }
        return inOrder;
    }

    /** Whether every partition says what comes next in it, or that nothing does. */
    private boolean isNextKnown() {
        return !areAllEmpty()
                && waiting.entrySet().stream()
                        .allMatch(each -> !each.getValue().isEmpty() || isAtItsEnd(each.getKey()));
    }

    private boolean areAllEmpty() {
        return waiting.values().stream().allMatch(Deque::isEmpty);
    }

    private boolean isAtItsEnd(int partition) {
        return log.isReadTo(partition, ends.get(partition));
    }

    /** Whether all of them were given. The log then goes on with what came after. */
    public boolean isOver() {
        return areAllEmpty() && ends.keySet().stream().allMatch(this::isAtItsEnd);
    }
}
