package io.streamclr.trainer.classify;

import java.time.Duration;

/** How long a training lasts. */
public sealed interface Budget {

    /**
     * The part of the training that is done.
     *
     * @param steps done so far
     * @param time spent so far
     * @return 0 at the beginning; 1 or more at the end
     */
    double passed(long steps, Duration time);

    /** A number of steps, so that two trainings are equal to the bit. @param count 1 or more */
    record Steps(long count) implements Budget {

        public Steps {
            if (count < 1) {
                throw new IllegalArgumentException("A training has 1 step or more, not " + count);
            }
        }

        @Override
        public double passed(long steps, Duration time) {
            return (double) steps / count;
        }
    }

    /** A time, for what is compared by its cost. @param limit above 0 */
    record Time(Duration limit) implements Budget {

        public Time {
            if (limit.isNegative() || limit.isZero()) {
                throw new IllegalArgumentException("A training lasts longer than " + limit);
            }
        }

        @Override
        public double passed(long steps, Duration time) {
            return (double) time.toNanos() / limit.toNanos();
        }
    }
}
