package io.streamclr.trainer.step;

import static io.streamclr.trainer.step.StepParts.Part.COPIES;
import static io.streamclr.trainer.step.StepParts.Part.LOSS;
import static io.streamclr.trainer.step.StepParts.Part.OPTIMISER;
import static io.streamclr.trainer.step.StepParts.Part.WAITING;

import io.streamclr.trainer.loss.ContrastiveLoss;
import io.streamclr.trainer.loss.ContrastiveLoss.Evaluation;
import io.streamclr.trainer.loss.ShownImages;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.step.ChunkedBackprop.Embedded;
import io.streamclr.trainer.step.DeviceReplica.Part;
import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Trains on one batch. A batch larger than a chunk goes through GradCache (Gao et al. 2021, arXiv:2101.06983): all
 * chunks are embedded without memory of it, the loss sees all embeddings at once, and each chunk is embedded again to
 * send the gradient backward through it, but for the last ones, which are remembered. Memory is bound by the activations of
 * the chunks that are, one unless more are allowed; the gradient is that of the whole batch, to
 * rounding: with group normalisation whatever the chunks are, with batch normalisation for the same chunks.
 *
 * <p>Batch normalisation sees one chunk at a time, the same in both passes. The two views of an image never share a
 * chunk when there are several, or one could be recognised from the other by the statistics they share. Running
 * statistics move once in a step, to where the mean of the chunks' statistics, weighted by their sizes, pulls them.
 *
 * <p>Several devices take their parts of the chunks at the same time. The loss sees the embeddings of all of them, the
 * gradients are added up in the devices' order, and after the update all have the first one's weights; so the devices
 * change nothing but rounding and the time it takes.
 *
 * <p>Several ranks are several such objects in processes of their own, each with its own pairs of the batch and one device;
 * see {@link RankExchange}. The loss of each sees the embeddings of all, and all move by the same gradient, so that all have
 * the same weights: those of one process with a device for each rank, to the bit, where each device has one chunk of first
 * views and one of second views.
 */
public final class TrainingStep implements AutoCloseable {

    private static final String METHODS = """
              def join(self, z: List[Tensor]) -> Tensor:
                return torch.cat(z)  # (2N, D) from chunks of (R, D)
              def own(self, d: Tensor, place: Tensor) -> Tensor:
                rank, pairs = int(place[0]), int(place[1])
                first = torch.narrow(d, 0, rank * pairs, pairs)  # (N/W, D) from (2N, D)
                second = torch.narrow(d, 0, len(d) // 2 + rank * pairs, pairs)  # (N/W, D)
                return torch.cat([first, second])  # (2N/W, D)
            """;

    private final Network network;
    private final ContrastiveLoss loss;
    private final Optimiser optimiser;
    private final int chunkViews;
    private final Scope scope;
    private final Script script;
    private final ChunkedBackprop passes;
    private final RunningStatistics statistics;
    private final List<DeviceReplica> replicas = new ArrayList<>();

    private Optional<Teacher> teacher = Optional.empty();
    private Optional<RankExchange> others = Optional.empty();
    private StepParts parts = StepParts.NONE;

    /** A step on one device. @param chunkViews how many views go through the network at once, 4 or more */
    public TrainingStep(Torch torch, Network network, ContrastiveLoss loss, Optimiser optimiser, int chunkViews) {
        this(torch, network, loss, optimiser, chunkViews, List.of());
    }

    /**
     * A step on several devices.
     *
     * @param torch the first device, which also has the loss and the optimiser
     * @param network on the first device
     * @param chunkViews how many views go through a device's network at once, 4 or more
     * @param more the other devices; this object is from now on the only one to use them, but does not close them
     */
    public TrainingStep(
            Torch torch, Network network, ContrastiveLoss loss, Optimiser optimiser, int chunkViews, List<Torch> more) {
        if (chunkViews < Chunk.LEAST_VIEWS) {
            throw new IllegalArgumentException("A chunk holds " + Chunk.LEAST_VIEWS
                    + " views or more, because batch normalisation needs them, not " + chunkViews);
        }
        this.network = network;
        this.loss = loss;
        this.optimiser = optimiser;
        this.chunkViews = chunkViews;
        this.scope = torch.scope();
        this.script = torch.compile(METHODS);
        this.passes = new ChunkedBackprop(torch, network);
        this.statistics = new RunningStatistics(network, passes);
        more.forEach(device -> replicas.add(new DeviceReplica(device, network, replicas.size() + 1)));
        if (torch.isOnProcessor() && more.stream().allMatch(Torch::isOnProcessor)) {
            // They have the weights before them, and wait while these move.
            optimiser.shareWith(replicas.stream().map(DeviceReplica::hand).toList());
        }
    }

    /** How many views the first device's network is shown first of a batch. @param pairs of the batch */
    public static int firstViews(int pairs, int chunkViews, int devices) {
        return Chunk.cut(pairs, chunkViews, devices).get(0).rows();
    }

    /** How many chunks of a batch each device has. */
    public static int chunksOfADevice(int pairs, int chunkViews, int devices) {
        return Chunk.cut(pairs, chunkViews, devices).size() / devices;
    }

    /** How many views of a batch go forward twice. @param remembered chunks of each device that go forward once */
    public static int viewsForwardTwice(int pairs, int chunkViews, int devices, int remembered) {
        List<Chunk> chunks = Chunk.cut(pairs, chunkViews, devices);
        // Of each device the last ones are remembered, and the devices take chunks by turns.
        return Chunk.views(chunks.subList(0, Math.max(0, chunks.size() - remembered * devices)));
    }

    /**
     * Has chunks keep their activations from their way forward until they are needed for the way back, from the next step on.
     * That saves their second way forward and changes no bit.
     *
     * @param chunks of each device, 1 or more; 1 until this is called
     */
    public void remember(int chunks) {
        if (chunks < 1) {
            throw new IllegalArgumentException("A device remembers one chunk or more, not " + chunks);
        }
        passes.remember(chunks);
        results(replicas.stream().map(replica -> replica.remember(chunks)).toList());
    }

    /** Has each part of a step called through this one, from the next step on; of other devices only what is waited for. */
    public void measure(StepParts by) {
        parts = by;
        passes.measure(by);
    }

    /** Has the network agree with a teacher on what is replayed; the teacher is not closed with the step. */
    public void heed(Teacher other) {
        teacher = Optional.of(other);
    }

    /** Has this be the step of one rank of several, with one device. */
    public void join(RankExchange ranks) {
        if (!replicas.isEmpty() || teacher.isPresent()) {
            throw new IllegalStateException("A rank has one device and no teacher");
        }
        others = Optional.of(ranks);
    }

    /**
     * What became of a batch.
     *
     * @param loss before the update, in nats, a teacher's part among them
     * @param leftOut ordered pairs of views of different images that were not negatives of each other
     * @param moved whether the weights moved; they do not if the loss or a gradient is not finite
     * @param embeddings before the update, (2N, D), any scale; a copy
     */
    public record Trained(double loss, long leftOut, boolean moved, float[] embeddings) {

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        /** The numbers that are few. */
        @Override
        public String toString() {
            return "Trained[loss " + loss + ", left out " + leftOut + "]";
        }
    }

    /**
     * Trains on one batch, if its loss and its gradient are finite; otherwise no weight moves.
     *
     * @param views direct, (2N, height, width, 3) unsigned bytes; rows i and N + i show the same image
     * @param images N numbers, equal for the same image
     * @param rate the learning rate
     * @param count how many steps this is, 1 for the first
     */
    public Trained train(ByteBuffer views, int height, int width, int[] images, double rate, long count) {
        return train(views, height, width, ShownImages.numbered(images), 0, rate, count);
    }

    /** As the other. @param views 2N rows of (height, width, 3) unsigned bytes */
    public Trained train(ByteRows views, int height, int width, int[] images, double rate, long count) {
        return train(views, height, width, ShownImages.numbered(images), 0, rate, count, StepWatch.NONE);
    }

    /** As the other, where the last {@code replayed} pairs come from memory. */
    public Trained train(
            ByteBuffer views, int height, int width, ShownImages images, int replayed, double rate, long count) {
        return train(rows(views, height, width), height, width, images, replayed, rate, count, StepWatch.NONE);
    }

    private static ByteRows rows(ByteBuffer views, int height, int width) {
        return ByteRows.of(views, Math.multiplyExact(Math.multiplyExact(height, width), 3));
    }

    /**
     * As the other.
     *
     * @param views 2N rows of (height, width, 3) unsigned bytes; rows i and N + i show the same image
     * @param watch hears how far the step is; a step of several chunks ends early if it wants that
     * @throws StepAbandoned if it does; then nothing has moved, and the same batch may be trained again
     */
    public Trained train(
            ByteRows views,
            int height,
            int width,
            ShownImages images,
            int replayed,
            double rate,
            long count,
            StepWatch watch) {
        try (Scope step = scope.inner()) {
            Gradient gradient = gradient(step, views, height, width, images, replayed, watch);
            boolean finite = parts.in(OPTIMISER, () -> update(step, gradient, rate, count));
            if (finite) {
                teacher.ifPresent(slow -> slow.follow(step));
                if (!replicas.isEmpty()) {
                    copy(Network::trained, row(step, network.trained()));
                }
            }
            return new Trained(gradient.loss(), gradient.leftOut(), finite, floats(gradient.embeddings()));
        }
    }

    /** Whether loss and gradient are finite; only then it moves the weights. */
    private boolean update(Scope step, Gradient gradient, double rate, long count) {
        boolean finite = Double.isFinite(gradient.loss()) && passes.areFinite(step, gradient.gradients());
        if (finite) {
            optimiser.update(step, gradient.gradients(), rate, count);
        }
        return finite;
    }

    private float[] floats(Tensor tensor) {
        return parts.in(COPIES, tensor::floats);
    }

    private float[] row(Scope step, List<Tensor> tensors) {
        return parts.in(COPIES, () -> passes.row(step, tensors));
    }

    /** @param gradients one for each trained tensor of the network; @param embeddings (2N, D) */
    record Gradient(double loss, long leftOut, List<Tensor> gradients, Tensor embeddings) {}

    /** The batch's loss and gradient; moves running statistics once and no weight. */
    Gradient gradient(Scope step, ByteBuffer bytes, int height, int width, int[] images) {
        return gradient(
                step, rows(bytes, height, width), height, width, ShownImages.numbered(images), 0, StepWatch.NONE);
    }

    private Gradient gradient(
            Scope step, ByteRows bytes, int height, int width, ShownImages images, int replayed, StepWatch watch) {
        Views views = new Views(bytes, height, width);
        List<Chunk> chunks = others.isPresent()
                ? Chunk.cutOfRank(images.count(), chunkViews)
                : Chunk.cut(images.count(), chunkViews, 1 + replicas.size());
        if (chunks.size() == 1) {
            return gradient(step, views, chunks, images, replayed, watch);
        }
        float[] before = parts.in(COPIES, () -> statistics.row(step));
        try {
            return others.isPresent()
                    ? gradientOfRank(step, views, chunks, images, watch, others.get())
                    : gradient(step, views, chunks, images, replayed, watch);
        } catch (StepAbandoned stopped) {
            results(replicas.stream().map(DeviceReplica::abandon).toList());
            statistics.take(step, before);
            copy(Network::statistics, before);
            throw stopped;
        }
    }

    private Gradient gradient(
            Scope step, Views views, List<Chunk> chunks, ShownImages images, int replayed, StepWatch watch) {
        int devices = 1 + replicas.size();
        List<Chunk> own = Chunk.part(chunks, 0, devices);
        StepProgress counted = StepProgress.watched(watch, own, passes.forwardTwice(own), chunks.size() > 1);
        List<CompletableFuture<DeviceReplica.Embedded>> replicated = new ArrayList<>();
        for (int d = 1; d < devices; d++) {
            Set<Integer> showing = statistics.showing(chunks.size(), d, devices);
            replicated.add(replicas.get(d - 1).embed(views, Chunk.part(chunks, d, devices), showing, watch));
        }
        Embedded shown = passes.embed(step, views, own, statistics.showing(chunks.size(), 0, devices), counted);
        List<Tensor> embedded = shown.embeddings();
        List<DeviceReplica.Embedded> elsewhere = awaited(replicated);
        Tensor all = chunks.size() == 1
                ? embedded.get(0)
                : parts.in(COPIES, () -> joined(step, chunks, embedded, elsewhere));
        Evaluation evaluation = parts.in(LOSS, () -> loss.evaluate(step, all, images));
        double alignment = teacher.isPresent() && replayed > 0
                ? teacher.get().align(step, views, images.count(), replayed, all, evaluation.gradient())
                : 0;
        List<CompletableFuture<Part>> theirs = new ArrayList<>();
        if (devices > 1) {
            float[] gradients = floats(evaluation.gradient());
            replicas.forEach(replica -> theirs.add(replica.backward(gradients, all.shape())));
        }
        List<Tensor> sums = passes.backward(step, views, own, embedded, evaluation.gradient(), counted);
        for (Part part : awaited(theirs)) {
            parts.in(COPIES, () -> passes.add(step, sums, part.gradient()));
        }
        if (devices > 1) {
            shareStatistics(step, chunks, results(theirs));
        }
        statistics.observe(step, shown.features(), elsewhere);
        return new Gradient(evaluation.value() + alignment, evaluation.leftOut(), sums, all);
    }

    /** A step of several ranks ends early in one place, where all meet. */
    private Gradient gradientOfRank(
            Scope step, Views views, List<Chunk> chunks, ShownImages images, StepWatch watch, RankExchange ranks) {
        StepProgress counted = StepProgress.watched(watch, chunks, passes.forwardTwice(chunks), false);
        Embedded shown = passes.embed(step, views, chunks, statistics.showing(chunks.size(), 0, 1), counted);
        List<Tensor> embedded = shown.embeddings();
        Tensor own = script.one(step, "join", embedded);
        RankExchange.Gathered gathered = ranks.gather(own.floats(), images, watch.goesOn());
        long width = own.shape()[1];
        Tensor all = step.floats(gathered.embeddings(), gathered.embeddings().length / width, width);
        Evaluation evaluation = loss.evaluate(step, all, gathered.images());
        Tensor place = step.hostLongs(ranks.rank(), images.count());
        Tensor rows = script.one(step, "own", evaluation.gradient(), place);
        List<Tensor> sums = passes.backward(step, views, chunks, embedded, rows, counted);
        float[] gradient = passes.row(step, sums);
        ranks.add(gradient);
        passes.take(step, sums, gradient);
        statistics.observe(step, shown.features(), ranks);
        statistics.ofRanks(step, ranks, Chunk.views(chunks));
        return new Gradient(evaluation.value(), evaluation.leftOut(), sums, all);
    }

    /** The embeddings of all chunks in order, (2N, D); chunk c comes from device c modulo the number of devices. */
    private Tensor joined(Scope step, List<Chunk> chunks, List<Tensor> own, List<DeviceReplica.Embedded> elsewhere) {
        int devices = 1 + replicas.size();
        long width = own.get(0).shape()[1];
        List<Tensor> ordered = new ArrayList<>();
        for (int c = 0; c < chunks.size(); c++) {
            int device = c % devices;
            ordered.add(
                    device == 0
                            ? own.get(c / devices)
                            : step.floats(
                                    elsewhere.get(device - 1).embeddings().get(c / devices),
                                    chunks.get(c).rows(),
                                    width));
        }
        return script.one(step, "join", ordered);
    }

    private void shareStatistics(Scope step, List<Chunk> chunks, List<Part> theirs) {
        List<float[]> found = new ArrayList<>(List.of(parts.in(COPIES, () -> statistics.row(step))));
        theirs.forEach(part -> found.add(part.statistics()));
        float[] mean = RunningStatistics.mean(found, chunks);
        parts.in(COPIES, () -> statistics.take(step, mean));
        copy(Network::statistics, mean);
    }

    private void copy(Function<Network, List<Tensor>> tensors, float[] row) {
        awaited(replicas.stream()
                .map(replica -> replica.take(tensors.apply(replica.network()), row))
                .toList());
    }

    private <T> List<T> awaited(List<CompletableFuture<T>> works) {
        return works.isEmpty() ? List.of() : parts.in(WAITING, () -> results(works));
    }

    private static <T> List<T> results(List<CompletableFuture<T>> works) {
        try {
            return works.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof StepAbandoned stopped ? stopped : failed;
        }
    }

    @Override
    public void close() {
        replicas.forEach(DeviceReplica::close);
        passes.close();
        scope.close();
        script.close();
    }
}
