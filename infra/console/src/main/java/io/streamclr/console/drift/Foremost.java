package io.streamclr.console.drift;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** The first so many, in an order, of whatever was added. */
final class Foremost {

    private final int most;
    private final Comparator<Seen> order;
    private final PriorityQueue<Seen> lastFirst;

    Foremost(int most, Comparator<Seen> order) {
        this.most = most;
        this.order = order;
        this.lastFirst = new PriorityQueue<>(order.reversed());
    }

    /** Adds one. What comes back is not of them: this one, or one that was; empty while there is room. */
    Optional<Seen> add(Seen seen) {
        if (lastFirst.size() < most) {
            lastFirst.add(seen);
            return Optional.empty();
        }
        Seen last = lastFirst.element();
        if (order.compare(seen, last) >= 0) {
            return Optional.of(seen);
        }
        lastFirst.remove();
        lastFirst.add(seen);
        return Optional.of(last);
    }

    boolean isEmpty() {
        return lastFirst.isEmpty();
    }

    List<Seen> inOrder() {
        return lastFirst.stream().sorted(order).toList();
    }
}
