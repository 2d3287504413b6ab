package io.streamclr.trainer.step;

import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.optimiser.TensorGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How an encoder that starts from weights moves beside a projection head that starts from nothing.
 *
 * @param frozenSteps so many first steps leave its weights as they are; running statistics of batch normalisation move from
 *     the first step on, because the loss sees images by the batch's own statistics either way
 * @param layerDecay the learning rate of each stage as a part of that of the next one, the head's being the whole, in (0, 1];
 *     each block of a ViT is a stage; layer-wise decay as BEiT has it (Bao et al. 2021, arXiv:2106.08254)
 */
public record BackbonePlan(long frozenSteps, double layerDecay) {

    /** All weights move alike from the first step on. */
    public static final BackbonePlan NONE = new BackbonePlan(0, 1);

    public BackbonePlan {
        if (frozenSteps < 0) {
            throw new IllegalArgumentException(
                    "The encoder cannot be frozen for " + frozenSteps + " steps; give --freeze-steps 0 or more");
        }
        if (!(layerDecay > 0 && layerDecay <= 1)) {
            throw new IllegalArgumentException("The learning rate of a stage cannot be " + layerDecay
                    + " times that of the next one; give --layer-decay above 0 and up to 1");
        }
    }

    /** Whether anything moves otherwise than it would without a plan. */
    public boolean differs() {
        return frozenSteps > 0 || layerDecay < 1;
    }

    /** The trained tensors of a network, in its order: the stem, each stage, the head. */
    public List<TensorGroup> groups(Architecture architecture) {
        List<Slot> trained = architecture.slots().stream().filter(Slot::trained).toList();
        if (!differs()) {
            return List.of(new TensorGroup(0, trained.size(), 1, 0));
        }
        List<Integer> starts = new ArrayList<>();
        String before = "none";
        for (int i = 0; i < trained.size(); i++) {
            Slot slot = trained.get(i);
            // What stands after the last stage moves as that does.
            String part = !slot.ofEncoder() ? "head" : stage(architecture, slot).orElse(i == 0 ? "stem" : before);
            if (!part.equals(before)) {
                starts.add(i);
                before = part;
            }
        }
        List<TensorGroup> groups = new ArrayList<>();
        for (int g = 0; g < starts.size(); g++) {
            int to = g + 1 < starts.size() ? starts.get(g + 1) : trained.size();
            boolean head = !trained.get(starts.get(g)).ofEncoder();
            int below = starts.size() - 1 - g;
            groups.add(new TensorGroup(
                    starts.get(g), to, head ? 1 : StrictMath.pow(layerDecay, below), head ? 0 : frozenSteps));
        }
        return groups;
    }

    private static Optional<String> stage(Architecture architecture, Slot slot) {
        OptionalInt stage = architecture.plan().backbone().stage(slot.name());
        return stage.isPresent() ? Optional.of(Integer.toString(stage.getAsInt())) : Optional.empty();
    }
}
