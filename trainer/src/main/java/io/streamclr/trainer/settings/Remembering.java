package io.streamclr.trainer.settings;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.memory.MemoryPlan;
import io.streamclr.trainer.step.TeacherPlan;
import java.util.Objects;

/**
 * What a run holds on to.
 *
 * @param memory what it remembers and trains on again
 * @param teacher how it holds on to what it knew of that
 */
public record Remembering(MemoryPlan memory, TeacherPlan teacher) {

    /** Each view is trained once, as it comes. */
    public static final Remembering NOTHING = new Remembering(MemoryPlan.NONE, TeacherPlan.NONE);

    /** @throws RefusalException if there is a teacher and no memory */
    public Remembering {
        Objects.requireNonNull(memory, "memory");
        if (teacher.teaches() && !memory.remembers()) {
            throw RefusalException.ofUsage(
                    "A teacher has nothing to teach without a memory, because it looks at replayed"
                            + " images; give --memory, or leave out --teacher-weight");
        }
    }
}
