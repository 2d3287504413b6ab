package io.streamclr.trainer.run;

import java.util.OptionalLong;

/** What any thread may ask of a run at work, and see of it. */
final class RunControl {

    final CoolDownRequests coolDown = new CoolDownRequests();
    final StopSignal stop = new StopSignal();

    /** Whether a step, or what is measured after it, is being computed. */
    volatile boolean computing;

    /** The last step of the cool-down at work; empty before there is one. */
    volatile OptionalLong endOfCoolDown = OptionalLong.empty();
}
