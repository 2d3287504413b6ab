package io.streamclr.trainer.optimiser;

import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/**
 * Applies an {@link UpdateRule} to a list of tensors in one native call for each share of them, after clipping in another,
 * and owns the rule's state.
 */
public final class Optimiser implements AutoCloseable {

    private final UpdateRule rule;
    private final GradientClipping clipping;
    private final List<Tensor> weights;
    private final List<TensorGroup> groups;
    private final Scope state;
    private final Script script;
    /** Places of the weights that whoever calls moves. */
    private List<Integer> own;

    private List<Share> elsewhere = List.of();
    /** For each state name of the rule, one tensor for each weight. */
    private final Map<String, List<Tensor>> kept = new LinkedHashMap<>();

    /**
     * Somebody who helps.
     *
     * @param torch of the same device as the weights
     * @param thread the only one that uses it
     */
    public record Hand(Torch torch, Executor thread) {}

    /** What somebody moves by this script. @param weights their places */
    private record Share(Hand hand, Script script, List<Integer> weights) {}

    /** An optimiser of these weights whose state is zero, and that takes gradients as they are. */
    public Optimiser(Torch torch, UpdateRule rule, List<Tensor> weights) {
        this(torch, rule, GradientClipping.NONE, weights);
    }

    /** An optimiser of these weights whose state is zero. */
    public Optimiser(Torch torch, UpdateRule rule, GradientClipping clipping, List<Tensor> weights) {
        this(torch, rule, clipping, weights, List.of(new TensorGroup(0, weights.size(), 1, 0)));
    }

    /** The same, where not all weights move alike. @param groups of all weights, in their order */
    public Optimiser(
            Torch torch, UpdateRule rule, GradientClipping clipping, List<Tensor> weights, List<TensorGroup> groups) {
        int grouped = 0;
        for (TensorGroup group : groups) {
            if (group.from() != grouped) {
                throw new IllegalArgumentException("A group begins with weight " + group.from() + " after " + grouped);
            }
            grouped = group.to();
        }
        if (grouped != weights.size()) {
            throw new IllegalArgumentException(weights.size() + " weights are not in groups up to " + grouped);
        }
        this.groups = List.copyOf(groups);
        this.rule = rule;
        this.clipping = clipping;
        this.weights = List.copyOf(weights);
        this.state = torch.scope();
        this.script = torch.compile(rule.method() + (clipping.clips() ? clipping.method() : ""));
        this.own = parts(1).get(0);
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
     * Moves the weights once, in place; clips the gradients before anything is added to them. The norm that is clipped is
     * that of the gradients of what moves.
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
        List<TensorGroup> moving =
                groups.stream().filter(group -> group.movesAt(count)).toList();
        if (clipping.clips() && !moving.isEmpty()) {
            List<Tensor> moved = new ArrayList<>();
            moving.forEach(group -> moved.addAll(gradients.subList(group.from(), group.to())));
            script.one(scope, "clip", moved);
        }
        List<CompletableFuture<Void>> begun = elsewhere.stream()
                .map(share -> CompletableFuture.runAsync(
                        () -> {
                            try (Scope theirs = share.hand().torch().scope()) {
                                move(theirs, share.script(), share.weights(), moving, gradients, rate, count);
                            }
                        },
                        share.hand().thread()))
                .toList();
        try {
            move(scope, script, own, moving, gradients, rate, count);
        } finally {
            CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new)).join();
        }
    }

    /** Has others take a share of each update from now on, to the same bits: each tensor moves by itself. */
    public void shareWith(List<Hand> hands) {
        elsewhere.forEach(share -> share.script().close());
        List<List<Integer>> parts = parts(1 + hands.size());
        own = parts.get(0);
        List<Share> theirs = new ArrayList<>();
        for (Hand hand : hands) {
            theirs.add(new Share(hand, hand.torch().compile(rule.method()), parts.get(1 + theirs.size())));
        }
        elsewhere = theirs;
    }

    private void move(
            Scope scope,
            Script by,
            List<Integer> share,
            List<TensorGroup> moving,
            List<Tensor> gradients,
            double rate,
            long count) {
        for (TensorGroup group : moving) {
            List<Integer> some = share.stream()
                    .filter(each -> each >= group.from() && each < group.to())
                    .toList();
            if (!some.isEmpty()) {
                move(scope, by, some, gradients, rate * group.factor(), count - group.heldSteps());
            }
        }
    }

    private void move(Scope scope, Script by, List<Integer> some, List<Tensor> gradients, double rate, long count) {
        List<Object> arguments = new ArrayList<>();
        arguments.add(some.stream().map(weights::get).toList());
        arguments.add(some.stream().map(gradients::get).toList());
        kept.values()
                .forEach(
                        tensors -> arguments.add(some.stream().map(tensors::get).toList()));
        arguments.add(scope.hostDoubles(rate));
        arguments.add(scope.hostDoubles(count));
        by.call(scope, "update", arguments.toArray());
    }

    /** All weights in so many parts that take about as long; the dearest goes first, to whom has least. */
    private List<List<Integer>> parts(int count) {
        List<List<Integer>> parts = new ArrayList<>();
        double[] taken = new double[count];
        for (int i = 0; i < count; i++) {
            parts.add(new ArrayList<>());
        }
        double[] costs =
                weights.stream().mapToDouble(each -> rule.cost(each.shape())).toArray();
        IntStream.range(0, costs.length)
                .boxed()
                .sorted(Comparator.comparingDouble(each -> -costs[each]))
                .forEach(each -> {
                    int least = 0;
                    for (int i = 1; i < count; i++) {
                        least = taken[i] < taken[least] ? i : least;
                    }
                    taken[least] += costs[each];
                    parts.get(least).add(each);
                });
        parts.forEach(part -> part.sort(Comparator.naturalOrder()));
        return parts;
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
        elsewhere.forEach(share -> share.script().close());
    }
}
