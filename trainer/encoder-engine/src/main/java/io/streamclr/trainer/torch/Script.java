package io.streamclr.trainer.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.streamclr.schemas.RefusalException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A compiled TorchScript module. An argument is a {@link Tensor} or a {@code List} of them, in the order of the
 * method's own arguments; one tensor object may stand in one argument only. What a method reads as a number is made by
 * {@link Scope#hostLongs} or {@link Scope#hostDoubles}. A method returns a tensor, or a list or tuple of tensors.
 */
public final class Script implements AutoCloseable {

    private static final String NOT_REPEATABLE = " does not have a deterministic implementation";

    private final PtSymbolBlock module;
    private final Torch torch;
    private final NumbersRead numbers;
    private final Map<String, NDArray> methods = new HashMap<>();

    Script(PtSymbolBlock module, Torch torch, NumbersRead numbers) {
        this.module = module;
        this.torch = torch;
        this.numbers = numbers;
    }

    /**
     * Calls a method without recording what gradients need.
     *
     * @param scope owns the results
     * @return what the method returns, at least one tensor
     * @throws IllegalStateException if an operator fails; the message is PyTorch's
     */
    public List<Tensor> call(Scope scope, String method, Object... arguments) {
        return run(scope, method, false, arguments);
    }

    /** Calls a method that returns one tensor, as {@link #call}. */
    public Tensor one(Scope scope, String method, Object... arguments) {
        return only(run(scope, method, false, arguments), method);
    }

    /**
     * Calls a method and records the graph from every {@linkplain Tensor#asParameter parameter} to the results, so that
     * a script can ask {@code torch.grad} for it. The graph lives as long as the results do.
     */
    public List<Tensor> recording(Scope scope, String method, Object... arguments) {
        return run(scope, method, true, arguments);
    }

    private List<Tensor> run(Scope scope, String method, boolean graph, Object... arguments) {
        NDList inputs = new NDList();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof Tensor tensor) {
                numbers.requireOnHost(method, i, tensor);
                add(inputs, tensor, "a" + i);
            } else if (arguments[i] instanceof List<?> list && !list.isEmpty()) {
                for (Object element : list) {
                    add(inputs, (Tensor) element, "a" + i + "[]");
                }
            } else {
                throw new IllegalArgumentException(
                        "Argument " + i + " of " + method + " is neither a tensor nor a list of some");
            }
        }
        inputs.add(methods.computeIfAbsent(method, this::marker));
        // Both modes belong to the calling thread, so each call sets them.
        JniUtils.setGraphExecutorOptimize(false);
        JniUtils.setGradMode(graph);
        NDList results;
        long begin = System.nanoTime();
        try {
            results = IValueUtils.forward(module, inputs, true);
        } catch (EngineException failed) {
            requireRepeatable(failed);
            throw new IllegalStateException(
                    "The script's method " + method + " failed: " + failed.getMessage(), failed);
        } finally {
            JniUtils.setGradMode(false);
            torch.countNative(System.nanoTime() - begin);
        }
        List<Tensor> adopted = new ArrayList<>(results.size());
        for (NDArray result : results) {
            adopted.add(scope.adopt(result));
        }
        return adopted;
    }

    /** PyTorch refuses on a card what it cannot compute twice with the same numbers, and names the operator. */
    private static void requireRepeatable(EngineException failed) {
        String message = String.valueOf(failed.getMessage());
        message.lines()
                .filter(line -> line.contains(NOT_REPEATABLE))
                .findFirst()
                .ifPresent(line -> {
                    String operator =
                            line.substring(0, line.indexOf(NOT_REPEATABLE)).replaceFirst("^.*[: ]", "");
                    throw new RefusalException(
                            "PyTorch's operator " + operator
                                    + " computes other numbers each time on a graphics card, so"
                                    + " a run with it could not be repeated; train with --device cpu, or without what"
                                    + " needs that operator",
                            failed);
                });
    }

    /** DJL reads from the name where an array goes: equal names with brackets form one list. */
    private static void add(NDList inputs, Tensor tensor, String name) {
        tensor.array().setName(name);
        inputs.add(tensor.array());
    }

    /** DJL reads the method's name from the name of one more array, whose value it ignores. */
    private NDArray marker(String method) {
        NDArray marker = torch.root().create(0f);
        marker.setName("module_method:" + method);
        return marker;
    }

    private static Tensor only(List<Tensor> results, String method) {
        if (results.size() != 1) {
            throw new IllegalStateException("The method " + method + " returned " + results.size() + " tensors, not 1");
        }
        return results.get(0);
    }

    @Override
    public void close() {
        methods.values().forEach(NDArray::close);
        module.close();
    }
}
