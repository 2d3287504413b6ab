package io.streamclr.trainer.run;

import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.settings.Schedule;
import java.util.Optional;

/** By which learning rates a run goes on from a checkpoint, and until when. */
final class RatePlan {

    private RatePlan() {}

    /** A cool-down that has begun goes on; one that has ended does not, so that a finished run can learn more. */
    static LearningRate of(Schedule schedule, Optional<Checkpoint> from) {
        return from.map(checkpoint ->
                        goingOn(schedule, checkpoint.rate(), checkpoint.origin().step()))
                .orElseGet(schedule::plan);
    }

    private static LearningRate goingOn(Schedule schedule, LearningRate before, long step) {
        boolean cooling = before.coolsDown() && step > before.coolDownAfter() && step < before.lastStep();
        return cooling
                ? schedule.rate().coolingDown(before.coolDownAfter(), before.coolDownSteps(), before.fall())
                : schedule.plan();
    }

    /** The last step; {@link Long#MAX_VALUE} for a run without end. */
    static long end(Schedule schedule, LearningRate plan) {
        return Math.min(schedule.steps() > 0 ? schedule.steps() : Long.MAX_VALUE, plan.lastStep());
    }
}
