package io.streamclr.trainer.settings;

import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.weights.WeightsOrigin;
import java.util.Objects;
import java.util.Optional;

/**
 * What learns, from which loss, and how and how fast its weights move.
 *
 * @param weights what the encoder starts from; empty for random weights
 */
public record Learning(
        NetworkPlan network,
        Optional<WeightsOrigin> weights,
        LossPlan loss,
        UpdateRule rule,
        GradientClipping clipping,
        Schedule schedule) {

    public Learning {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(loss, "loss");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(clipping, "clipping");
        Objects.requireNonNull(schedule, "schedule");
    }

    /** From random weights, with gradients as they are. */
    public Learning(NetworkPlan network, LossPlan loss, UpdateRule rule, Schedule schedule) {
        this(network, Optional.empty(), loss, rule, GradientClipping.NONE, schedule);
    }

    /** The same by another schedule. */
    Learning by(Schedule other) {
        return new Learning(network, weights, loss, rule, clipping, other);
    }
}
