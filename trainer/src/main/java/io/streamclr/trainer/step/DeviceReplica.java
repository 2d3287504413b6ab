package io.streamclr.trainer.step;

import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * One more device, which takes a part of each batch through a copy of the network. One thread of its own makes every call
 * to it; numbers come and go through the host's memory.
 */
final class DeviceReplica implements AutoCloseable {

    private final Torch torch;
    private final Network network;
    private final ChunkedBackprop passes;
    private final ExecutorService thread;

    private Scope step;
    private Views views;
    private List<Chunk> chunks;
    private List<Tensor> embedded;
    private StepProgress counted;

    /** @param network begins as a copy of it */
    DeviceReplica(Torch torch, Network network, int number) {
        this.torch = torch;
        this.network = Network.of(torch, network.architecture(), network.values());
        this.passes = new ChunkedBackprop(torch, this.network);
        this.thread = Executors.newSingleThreadExecutor(work -> {
            Thread made = new Thread(work, "device-" + number);
            made.setDaemon(true);
            return made;
        });
    }

    /** From the next step on. @param count chunks that go forward once only, 1 or more */
    CompletableFuture<Void> remember(int count) {
        return inItsThread(() -> {
            passes.remember(count);
            return null;
        });
    }

    /** Of each chunk, and of those whose features are wanted. */
    record Embedded(List<float[]> embeddings, List<float[]> features) {}

    /** Begins a step. @param showing places of the chunks whose features are wanted */
    CompletableFuture<Embedded> embed(Views batch, List<Chunk> part, Set<Integer> showing, StepWatch watch) {
        return inItsThread(() -> {
            step = torch.scope();
            views = batch;
            chunks = part;
            counted = StepProgress.silent(watch, chunks, passes.forwardTwice(chunks));
            ChunkedBackprop.Embedded found = passes.embed(step, views, chunks, showing, counted);
            embedded = found.embeddings();
            return new Embedded(ChunkedBackprop.floats(embedded), ChunkedBackprop.floats(found.features()));
        });
    }

    /** Ends the step: the gradient over its chunks, and the running statistics. */
    CompletableFuture<Part> backward(float[] gradient, long[] shape) {
        return inItsThread(() -> {
            try (Scope ending = takeStep()) {
                Tensor gradients = ending.floats(gradient, shape);
                float[] found =
                        passes.row(ending, passes.backward(ending, views, chunks, embedded, gradients, counted));
                return new Part(found, passes.row(ending, network.statistics()));
            }
        });
    }

    private Scope takeStep() {
        Scope taken = step;
        step = null;
        return taken;
    }

    /** Lets go of a step that was begun and will not be ended, after the work on it that is under way. */
    CompletableFuture<Void> abandon() {
        return inItsThread(() -> {
            if (step != null) {
                takeStep().close();
            }
            return null;
        });
    }

    /** Rows of numbers, as of {@link ChunkedBackprop#row}: of all trained tensors, and of all running statistics. */
    record Part(float[] gradient, float[] statistics) {}

    /** Takes over trained values or running statistics. */
    CompletableFuture<Void> take(List<Tensor> to, float[] row) {
        return inItsThread(() -> {
            try (Scope taking = torch.scope()) {
                passes.take(taking, to, row);
            }
            return null;
        });
    }

    Network network() {
        return network;
    }

    /** For work between two passes of a step. */
    Optimiser.Hand hand() {
        return new Optimiser.Hand(torch, thread);
    }

    private <T> CompletableFuture<T> inItsThread(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, thread);
    }

    @Override
    public void close() {
        thread.shutdown();
        passes.close();
        network.close();
    }
}
