package io.streamclr.trainer.classify;

import io.streamclr.schemas.identity.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Rows of a set without end, each once in every round, in another order in each. */
final class Rows {

    private final List<Integer> order;
    private final long seed;
    private int place;
    private long round;

    Rows(int count, long seed) {
        this.order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        this.seed = seed;
        this.place = count;
    }

    int next() {
        if (place == order.size()) {
            Collections.shuffle(order, new Random(Seeds.of(seed, "round", round++)));
            place = 0;
        }
        return order.get(place++);
    }
}
