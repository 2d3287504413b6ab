package io.streamclr.trainer.optimiser;

import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Applies an {@link UpdateRule} to a list of tensors in one native call, after clipping in another, and owns the rule's
 * state for them.
 */
public final class Optimiser implements AutoCloseable {

    private final UpdateRule rule;
    private final GradientClipping clipping;
    private final List<Tensor> weights;
    private final Scope state;
    private final Script script;
    /** For each state name of the rule, one tensor for each weight. */
    private final Map<String, List<Tensor>> kept = new LinkedHashMap<>();

    /** An optimiser of these weights whose state is zero, and that takes gradients as they are. */
    public Optimiser(Torch torch, UpdateRule rule, List<Tensor> weights) {
        this(torch, rule, GradientClipping.NONE, weights);
    }

    /** An optimiser of these weights whose state is zero. */
    public Optimiser(Torch torch, UpdateRule rule, GradientClipping clipping, List<Tensor> weights) {
        this.rule = rule;
        this.clipping = clipping;
        this.weights = List.copyOf(weights);
        this.state = torch.scope();
        this.script = torch.compile(rule.method() + (clipping.clips() ? clipping.method() : ""));
        for (String name : rule.state()) {
            List<Tensor> zeros = new ArrayList<>();
            weights.forEach(weight -> zeros.add(state.zeros(weight.shape())));
            kept.put(name, zeros);
        }
    }

    public UpdateRule rule() {
        return rule;
    }

    /**
     * Moves the weights once, in place; clips the gradients before anything is added to them.
     *
     * @param gradients one for each weight; used up
     * @param rate the learning rate, 0 or more
     * @param count how many updates this is, 1 for the first
     */
    public void update(Scope scope, List<Tensor> gradients, double rate, long count) {
        if (gradients.size() != weights.size()) {
            throw new IllegalArgumentException(
                    "There are " + weights.size() + " weights and " + gradients.size() + " gradients");
        }
        if (clipping.clips()) {
            script.one(scope, "clip", gradients);
        }
        List<Object> arguments = new ArrayList<>(List.of(weights, gradients));
        arguments.addAll(kept.values());
        arguments.add(scope.doubles(new double[] {rate}));
        arguments.add(scope.doubles(new double[] {count}));
        script.call(scope, "update", arguments.toArray());
    }

    /** A copy of the state: for each of the rule's state names, the values of each weight in order. */
    public Map<String, List<float[]>> values() {
        Map<String, List<float[]>> values = new LinkedHashMap<>();
        kept.forEach((name, tensors) ->
                values.put(name, tensors.stream().map(Tensor::floats).toList()));
        return values;
    }

    /**
     * Goes on from a state that {@link #values} gave.
     *
     * @throws IllegalArgumentException if it belongs to another rule or to other weights
     */
    public void restore(Map<String, List<float[]>> values) {
        if (!values.keySet().equals(kept.keySet())) {
            throw new IllegalArgumentException(
                    "The optimiser keeps " + kept.keySet() + ", but the state has " + values.keySet());
        }
        Map<String, List<Tensor>> restored = new LinkedHashMap<>();
        kept.forEach((name, tensors) -> {
            List<Tensor> copies = new ArrayList<>();
            for (int i = 0; i < tensors.size(); i++) {
                copies.add(state.floats(values.get(name).get(i), weights.get(i).shape()));
            }
            restored.put(name, copies);
        });
        kept.values().forEach(tensors -> tensors.forEach(Tensor::close));
        kept.putAll(restored);
    }

    @Override
    public void close() {
        state.close();
        script.close();
    }
}
