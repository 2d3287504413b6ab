package io.streamclr.trainer.run;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a run that is trained again computed as it was, in the way that its journal names for its convolutions. */
final class RecordedWay {

    private static final Logger LOG = LoggerFactory.getLogger(RecordedWay.class);

    private final RunJournal journal;
    private final String run;
    private boolean warned;

    /** @param run that is trained again */
    RecordedWay(RunJournal journal, String run) {
        this.journal = journal;
        this.run = run;
    }

    /** To be called before the first step that is trained again. @param step its number */
    void prefer(Learner learner, long step) {
        journal.wayOf(step).ifPresent(learner::preferWay);
    }

    /**
     * Says once if a step was computed otherwise than the run was.
     *
     * @param now the way that it was computed in; empty where there are none
     */
    void compare(long step, Optional<String> now) {
        Optional<String> then = journal.wayOf(step);
        if (warned || then.isEmpty() || now.isEmpty() || then.equals(now)) {
            return;
        }
        warned = true;
        LOG.warn(
                "Run {} computed its convolutions in the way '{}' at step {} and here they are computed in the way '{}',"
                        + " because the first is not right on this machine, or may not be taken in this process, so weights"
                        + " will equal those of the run only up to rounding",
                run,
                then.get(),
                step,
                now.get());
    }
}
