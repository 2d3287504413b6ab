package io.streamclr.trainer.step;

import io.streamclr.schemas.RefusalException;

/**
 * How a slow copy of the network holds on to what it knows of replayed images.
 *
 * @param weight of the alignment beside the loss; 0 for no teacher
 * @param decay what is left of the teacher's weights after each step, in (0, 1)
 */
public record TeacherPlan(double weight, double decay) {

    public static final TeacherPlan NONE = new TeacherPlan(0, 0.999);

    /** @throws RefusalException if a value is out of its range */
    public TeacherPlan {
        if (!(weight >= 0 && weight <= 1000) || !(decay > 0 && decay < 1)) {
            throw RefusalException.ofUsage("A teacher of weight " + weight + " and decay " + decay
                    + " cannot teach; give --teacher-weight 0 to 1000, of which 1 is usual, and --teacher-decay between 0"
                    + " and 1, of which 0.999 is usual");
        }
    }

    /** Whether there is a teacher. */
    public boolean teaches() {
        return weight > 0;
    }
}
