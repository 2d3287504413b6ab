package io.streamclr.trainer.mlflow;

import java.util.Optional;
import org.mlflow.api.proto.Service.RunStatus;

/** How a training ended, as MLflow is to say it. */
enum Ending {
    /** At its planned end, or that of a cool-down. */
    FINISHED(RunStatus.FINISHED),
    /** By an error. */
    FAILED(RunStatus.FAILED),
    /** By Ctrl-C or a signal, with a checkpoint. */
    KILLED(RunStatus.KILLED),
    /** Another trainer goes on with the run, and says itself how it ends. */
    TAKEN_OVER(null);

    private final RunStatus status;

    Ending(RunStatus status) {
        this.status = status;
    }

    Optional<RunStatus> status() {
        return Optional.ofNullable(status);
    }
}
