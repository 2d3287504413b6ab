package io.streamclr.trainer.settings;

import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.optimiser.UpdateRule;
import java.util.Objects;

/** What learns, from which loss, and how and how fast its weights move. */
public record Learning(NetworkPlan network, LossPlan loss, UpdateRule rule, Schedule schedule) {

    public Learning {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(loss, "loss");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(schedule, "schedule");
    }

    /** The same by another schedule. */
    Learning by(Schedule other) {
        return new Learning(network, loss, rule, other);
    }
}
