package io.streamclr.trainer.settings;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.step.BackbonePlan;
import io.streamclr.trainer.weights.WeightsOrigin;
import java.util.Objects;
import java.util.Optional;

/**
 * What learns, from which loss, and how and how fast its weights move.
 *
 * @param weights what the encoder starts from; empty for random weights
 * @param backbone how an encoder that starts from weights moves beside the head
 */
public record Learning(
        NetworkPlan network,
        Optional<WeightsOrigin> weights,
        BackbonePlan backbone,
        LossPlan loss,
        UpdateRule rule,
        GradientClipping clipping,
        Schedule schedule) {

    public Learning {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(backbone, "backbone");
        Objects.requireNonNull(loss, "loss");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(clipping, "clipping");
        Objects.requireNonNull(schedule, "schedule");
        if (backbone.differs() && weights.isEmpty()) {
            throw RefusalException.ofUsage("--freeze-steps and --layer-decay spare what weights know, and the encoder"
                    + " starts from random ones; give --weights, or leave them out");
        }
    }

    /** With all weights moving alike. */
    public Learning(
            NetworkPlan network,
            Optional<WeightsOrigin> weights,
            LossPlan loss,
            UpdateRule rule,
            GradientClipping clipping,
            Schedule schedule) {
        this(network, weights, BackbonePlan.NONE, loss, rule, clipping, schedule);
    }

    /** From random weights, with gradients as they are. */
    public Learning(NetworkPlan network, LossPlan loss, UpdateRule rule, Schedule schedule) {
        this(network, Optional.empty(), loss, rule, GradientClipping.NONE, schedule);
    }

    /** The same by another schedule. */
    Learning by(Schedule other) {
        return new Learning(network, weights, backbone, loss, rule, clipping, other);
    }
}
