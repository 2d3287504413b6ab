package io.streamclr.trainer.settings;

import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.UpdateRule;
import java.util.Objects;

/** What learns, from which loss, and how and how fast its weights move. */
public record Learning(
        NetworkPlan network, LossPlan loss, UpdateRule rule, GradientClipping clipping, Schedule schedule) {

    public Learning {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(loss, "loss");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(clipping, "clipping");
        Objects.requireNonNull(schedule, "schedule");
    }

    /** With gradients as they are. */
    public Learning(NetworkPlan network, LossPlan loss, UpdateRule rule, Schedule schedule) {
        this(network, loss, rule, GradientClipping.NONE, schedule);
    }

    /** The same by another schedule. */
    Learning by(Schedule other) {
        return new Learning(network, loss, rule, clipping, other);
    }
}
