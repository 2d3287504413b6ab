package io.streamclr.augment.view;

import io.streamclr.schemas.identity.Seeds;
import io.streamclr.schemas.record.AppliedOperation;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of a recipe: with a probability all of its operations are applied, in their order or in a fresh one each
 * time.
 *
 * <p>A step draws from a stream of its own, so a step that is switched off leaves what the others draw as it was.
 *
 * @param name names the stream
 * @param probability in [0, 1]
 * @param shuffled whether the order is sampled each time, all orders alike
 */
record Step(String name, double probability, boolean shuffled, List<Operation> operations) {

    Step {
        operations = List.copyOf(operations);
    }

    /**
     * Decides what this step does to one view.
     *
     * @param plan receives the operations in the order in which they apply
     */
    void draw(long viewSeed, List<AppliedOperation> plan) {
        Draws random = new Draws(Seeds.of(viewSeed, name, 0));
        if (!random.chance(probability)) {
            return;
        }
        List<Operation> order = new ArrayList<>(operations);
        if (shuffled) {
            for (int last = order.size() - 1; last > 0; last--) {
                int other = random.below(last + 1);
                Operation kept = order.get(last);
                order.set(last, order.get(other));
                order.set(other, kept);
            }
        }
        for (Operation operation : order) {
            List<Double> arguments = new ArrayList<>(operation.arity());
            for (double value : operation.draw(random)) {
                arguments.add(value);
            }
            plan.add(new AppliedOperation(operation.name(), arguments));
        }
    }
}
