package io.streamclr.trainer.run;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.streamclr.trainer.bench.TrainBenchmark;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The benchmark's network and step as one writes them with DJL's blocks, trainer and optimiser: ResNet-18 of width 16
 * with a head of two layers, NT-Xent over the whole matrix, AdamW. What {@link TrainBenchmark} is held against.
 */
final class BlockTwin implements AutoCloseable {

    private static final int BASE = 16;
    private static final int OUTPUT = 128;

    private final Model model;
    private final Trainer trainer;
    private final double temperature;
    private final Layout layout;

    /** How the pixels of a batch lie in memory; convolutions go on in the layout that they meet. */
    enum Layout {
        PLANES,
        PIXELS
    }

    /**
     * @param values by name, in the order of our own architecture
     * @param stride of the first convolution
     */
    BlockTwin(Collection<float[]> values, int stride, Shape images, double temperature, int threads, Layout layout) {
        this.layout = layout;
        this.temperature = temperature;
        model = Model.newInstance("twin", Device.cpu(), "PyTorch");
        JniUtils.setNumThreads(threads);
        JniUtils.setGradMode(false);
        Block block = network(stride);
        block.initialize(model.getNDManager(), DataType.FLOAT32, images);
        fill(block, List.copyOf(values));
        model.setBlock(block);
        trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(Optimizer.adamW()
                        .optLearningRateTracker(Tracker.fixed(0.001f))
                        .optBeta2(0.99f)
                        .build()));
        trainer.initialize(images);
    }

    private static Block network(int stride) {
        SequentialBlock network = new SequentialBlock()
                .add(convolution(BASE, 3, stride))
                .add(norm())
                .add(Activation::relu);
        int channels = BASE;
        for (int group = 0; group < 4; group++) {
            for (int block = 0; block < 2; block++) {
                int planes = BASE << group;
                int step = group > 0 && block == 0 ? 2 : 1;
                network.add(residual(channels, planes, step)).add(Activation::relu);
                channels = planes;
            }
        }
        return network.add(Pool.globalAvgPool2dBlock())
                .add(Linear.builder().setUnits(channels).optBias(false).build())
                .add(norm())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(OUTPUT).optBias(false).build())
                .add(norm());
    }

    private static Block residual(int channels, int planes, int stride) {
        SequentialBlock main = new SequentialBlock()
                .add(convolution(planes, 3, stride))
                .add(norm())
                .add(Activation::relu)
                .add(convolution(planes, 3, 1))
                .add(norm());
        Block shortcut = stride == 1 && channels == planes
                ? Blocks.identityBlock()
                : new SequentialBlock().add(convolution(planes, 1, stride)).add(norm());
        return new ParallelBlock(
                both -> new NDList(
                        both.get(0).singletonOrThrow().add(both.get(1).singletonOrThrow())),
                List.of(main, shortcut));
    }

    private static Block convolution(int outputs, int side, int stride) {
        return Conv2d.builder()
                .setFilters(outputs)
                .setKernelShape(new Shape(side, side))
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(side / 2, side / 2))
                .optBias(false)
                .build();
    }

    private static Block norm() {
        return BatchNorm.builder().optEpsilon(1e-5f).optMomentum(0.9f).build();
    }

    /** Both meet their tensors in the same order; only the last shift is one that our network does not have. */
    private static void fill(Block block, List<float[]> values) {
        List<Parameter> parameters = new ArrayList<>(block.getParameters().values());
        int next = 0;
        for (int i = 0; i < parameters.size(); i++) {
            NDArray array = parameters.get(i).getArray();
            boolean lastShift = i == parameters.size() - 3;
            if (!lastShift) {
                try (NDArray from = array.getManager().create(values.get(next), array.getShape())) {
                    array.set(new NDIndex(":"), from);
                }
                next++;
            }
        }
        if (next != values.size()) {
            throw new IllegalStateException("The twin takes " + next + " tensors, but there are " + values.size());
        }
    }

    /**
     * One step.
     *
     * @param views direct, (2N, height, width, 3) unsigned bytes
     * @return the loss before the update
     */
    double train(ByteBuffer views, int rows, int height, int width) {
        try (NDManager step = trainer.getManager().newSubManager()) {
            NDArray bytes = step.create(views.duplicate(), new Shape(rows, height, width, 3), DataType.UINT8);
            NDArray pixels =
                    bytes.transpose(0, 3, 1, 2).toType(DataType.FLOAT32, false).div(255f);
            if (layout == Layout.PLANES) {
                pixels = pixels.flatten().reshape(rows, 3, height, width);
            }
            NDArray loss;
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray z = trainer.forward(new NDList(pixels)).singletonOrThrow();
                loss = ntXent(step, z, rows);
                collector.backward(loss);
            }
            trainer.step();
            return loss.getFloat();
        }
    }

    private NDArray ntXent(NDManager step, NDArray z, int rows) {
        NDArray u = z.normalize(2, 1);
        NDArray partner = step.eye(rows / 2).concat(step.zeros(new Shape(rows / 2, rows / 2)), 1);
        NDArray other = step.zeros(new Shape(rows / 2, rows / 2)).concat(step.eye(rows / 2), 1);
        NDArray pairs = other.concat(partner, 0); // 1 where j is the other view of i
        NDArray similarity = u.matMul(u.transpose())
                .div((float) temperature)
                .sub(step.eye(rows).mul(1e9f));
        return similarity.logSoftmax(1).mul(pairs).sum().div((float) -rows);
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
