package io.streamclr.trainer.classify;

import io.streamclr.schemas.identity.Seeds;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A network and a layer after its features, or after the first layers of its head, that says which class an image is of.
 * Training moves both. For one thread, as the engine that it runs on.
 */
public final class Classifier implements AutoCloseable {

    private static final int AT_ONCE = 256;

    /** PyTorch's momentum of running statistics. */
    private static final double STATISTICS_MOMENTUM = 0.1;

    private final Torch torch;
    private final Network network;
    private final SoftmaxLayer layer;

    /**
     * A classifier whose layer is all zeros, so that it begins without an opinion.
     *
     * @param network without a head, or with the first layers of one ({@link HeadPlan#first}); stays open when the
     *     classifier is closed, and is changed by training
     * @param classes 1 or more; labels are 0 to classes - 1
     */
    public Classifier(Torch torch, Network network, int classes) {
        NetworkPlan plan = network.architecture().plan();
        if (plan.head().layers() > 0 && !plan.head().rectified()) {
            throw new IllegalArgumentException("A classifier's layer takes features, so the network has no whole head");
        }
        int features = plan.embedding();
        this.torch = torch;
        this.network = network;
        this.layer = new SoftmaxLayer(torch, features, new float[classes * features], new float[classes]);
    }

    /** Watches a training; called after every step by the training's own thread. */
    @FunctionalInterface
    public interface Listener {

        /**
         * @param step 1 for the first
         * @param passed the part of the training that is done, in [0, 1]
         * @param loss cross-entropy of the step's images before the update, in nats
         */
        void trained(long step, double passed, double loss);
    }

    /**
     * Trains on images, each moved and flipped by chance, in a new order in every round.
     *
     * @param images 2 or more
     */
    public void train(LabelledImages images, ClassifierPlan plan, Listener listener) {
        int batch = Math.min(plan.batch(), images.count());
        if (batch < 2) {
            throw new IllegalArgumentException("Batch normalisation needs 2 images or more, not " + images.count());
        }
        List<Tensor> trained = new ArrayList<>(network.trained());
        trained.addAll(layer.trained());
        Rows rows = new Rows(images.count(), plan.seed());
        Random random = new Random(Seeds.of(plan.seed(), "moves", 0));
        int[] labels = images.labels();
        ByteBuffer moved = ByteBuffer.allocateDirect(3 * batch * images.height() * images.width())
                .order(ByteOrder.nativeOrder());
        long begin = System.nanoTime();
        try (Optimiser optimiser = new Optimiser(torch, plan.rule(), trained)) {
            double passed = 0;
            for (long step = 1; passed < 1; step++) {
                moved.clear();
                int[] classes = new int[batch];
                for (int i = 0; i < batch; i++) {
                    int row = rows.next();
                    ShiftAndFlip.put(images, row, random, moved);
                    classes[i] = labels[row];
                }
                double loss;
                try (Scope scope = torch.scope()) {
                    Tensor views = scope.bytes(moved.flip(), batch, images.height(), images.width(), 3);
                    loss = step(scope, optimiser, views, classes, plan.rate(passed), step);
                }
                passed = Math.min(1, plan.budget().passed(step, Duration.ofNanos(System.nanoTime() - begin)));
                listener.trained(step, passed, loss);
            }
        }
    }

    private double step(Scope scope, Optimiser optimiser, Tensor views, int[] classes, double rate, long count) {
        Tensor features = network.forwardWithGraph(scope, views, STATISTICS_MOMENTUM);
        SoftmaxLayer.Gradients found = layer.evaluate(scope, features, classes);
        List<Tensor> gradients = new ArrayList<>(network.backward(scope, features, found.ofFeatures()));
        gradients.addAll(found.ofLayer());
        optimiser.update(scope, gradients, rate, count);
        return found.loss();
    }

    /** What each image is taken for. */
    public int[] classes(LabelledImages images) {
        return IntStream.iterate(0, from -> from < images.count(), from -> from + AT_ONCE)
                .flatMap(from -> Arrays.stream(classes(images, from, Math.min(images.count(), from + AT_ONCE))))
                .toArray();
    }

    private int[] classes(LabelledImages images, int from, int to) {
        try (Scope scope = torch.scope()) {
            Tensor some = scope.bytes(images.pixels(from, to), to - from, images.height(), images.width(), 3);
            Tensor features = network.encode(scope, some);
            boolean head = network.architecture().plan().head().layers() > 0;
            return layer.classes(scope, head ? network.project(scope, features) : features);
        }
    }

    /** A copy of the layer's weights, (classes, embedding), row-major. */
    public float[] weight() {
        return layer.weight();
    }

    /** A copy of the layer's bias, one number for each class. */
    public float[] bias() {
        return layer.bias();
    }

    @Override
    public void close() {
        layer.close();
    }
}
