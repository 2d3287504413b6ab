package io.streamclr.trainer.run;

import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.settings.Schedule;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What other threads ask of the end of a training at work: it cools down now, or in fewer steps than it planned. */
final class CoolDownRequests {

    /** Steps; 0 for no request. */
    private final AtomicLong begin = new AtomicLong();

    /** Likewise. */
    private final AtomicLong atMost = new AtomicLong();

    /** @param steps 1 or more */
    void begin(long steps) {
        begin.set(positive(steps));
    }

    /** @param steps 1 or more, counted from the next one */
    void shorten(long steps) {
        atMost.set(positive(steps));
    }

    private static long positive(long steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("A cool-down lasts 1 step or more, not " + steps);
        }
        return steps;
    }

    /**
     * Takes the requests.
     *
     * @param plan that holds
     * @param step that was done last
     * @return the plan of the steps to come; empty if it stays
     */
    Optional<LearningRate> taken(LearningRate plan, Schedule schedule, long step) {
        long asked = begin.getAndSet(0);
        long most = atMost.getAndSet(0);
        boolean cooling = plan.coolsDown() && step >= plan.coolDownAfter();
        if (!cooling) {
            return asked > 0
                    ? Optional.of(schedule.rate().coolingDown(step, asked, schedule.fall()))
                    : Optional.empty();
        }
        return most > 0 && step + most < plan.lastStep()
                ? Optional.of(plan.coolingDown(plan.coolDownAfter(), step + most - plan.coolDownAfter(), plan.fall()))
                : Optional.empty();
    }
}
