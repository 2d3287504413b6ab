package io.streamclr.trainer.settings;

import io.streamclr.trainer.form.Word;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.LearningRate.Shape;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.torch.TorchDevice;
import java.util.List;
import java.util.OptionalDouble;

/** Settings that go together: for a device, or a paper's. What depends on the size of the views follows from it. */
public enum Preset implements Word {
    /** The demo's: a network that learns within minutes on a few cores. */
    CPU_SMALL("cpu-small", 128, 1 << 20, 1024) {
        @Override
        NetworkPlan network(boolean small) {
            ResNet wideAtTheEnd = new ResNet(10, 0.25, 1, 2, small ? Stem.SMALL2 : Stem.IMAGENET, 2, false);
            return new NetworkPlan(
                    wideAtTheEnd,
                    new HeadPlan(2, 256, 128, 0),
                    Norm.BATCH,
                    Normalisation.NONE,
                    Precision.FLOAT32,
                    true);
        }

        @Override
        public UpdateRule rule(Backbone backbone) {
            return backbone instanceof ResNet ? MUON : ADAMW;
        }

        @Override
        public Precision precision(NetworkPlan network, int side, int views) {
            return Processor.fasterPrecision(network, side, views);
        }

        @Override
        Defaults at(NetworkPlan network, Batching batching) {
            return new Defaults(network, 0.07, batching, MUON, OptionalDouble.of(0.08), 100, Defaults.SAVE_EVERY)
                    .on(batching.pairs() < 2 * HALVES.size() ? Defaults.PLAIN.devices() : HALVES);
        }
    },
    /** A network of full width in 16 bits. */
    GPU("gpu", 1024, 12 << 20, 1024) {
        @Override
        NetworkPlan network(boolean small) {
            return plan(small ? 18 : 50, 1, small ? Stem.SMALL : Stem.IMAGENET, 1, WIDE_HEAD, false)
                    .with(Precision.BFLOAT16);
        }

        @Override
        Defaults at(NetworkPlan network, Batching batching) {
            return new Defaults(network, 0.1, batching, ADAMW, OptionalDouble.of(0.002), 500, Defaults.SAVE_EVERY);
        }
    },
    /**
     * What SimCLR's reference does (google-research/simclr), on the ResNet-18 and the batches of its command for CIFAR-10,
     * with the weight decay, the temperatures and the square-root scaling of the paper: 0.5 for small views, which appendix
     * B.9 finds best of 0.1, 0.5 and 1 there in runs of more than 300 epochs, and 0.1 for others (table 5). The warm-up is
     * ten epochs of 50,000 images.
     */
    SIMCLR("simclr", 512, 2 << 20, 1024) {
        @Override
        NetworkPlan network(boolean small) {
            return plan(18, 1, small ? Stem.SMALL : Stem.IMAGENET, 1, HeadPlan.REFERENCE, true);
        }

        @Override
        Defaults at(NetworkPlan network, Batching batching) {
            double temperature = ((ResNet) network.backbone()).stem() == Stem.SMALL ? 0.5 : 0.1;
            return new Defaults(
                    network,
                    temperature,
                    batching,
                    SIMCLRS_LARS,
                    GradientClipping.NONE,
                    OptionalDouble.empty(),
                    WARM_UP_PAIRS / batching.pairs(),
                    Shape.COSINE,
                    Defaults.SAVE_EVERY,
                    Defaults.PLAIN.devices());
        }
    },
    /**
     * SimCLR's (Chen et al. 2020, arXiv:2002.05709) for ImageNet, with the square-root scaling of its appendix, and the
     * stem of its appendix B.9 for small views. The warm-up is ten epochs of ImageNet.
     */
    PAPER("paper", 4096, 6 << 20, 512) {
        @Override
        NetworkPlan network(boolean small) {
            return plan(50, 1, small ? Stem.SMALL : Stem.IMAGENET, 1, HeadPlan.REFERENCE, true);
        }

        @Override
        Defaults at(NetworkPlan network, Batching batching) {
            return new Defaults(
                    network, 0.1, batching, SIMCLRS_LARS, OptionalDouble.empty(), 3130, Defaults.SAVE_EVERY);
        }
    };

    /** Views up to this side lose too much in a stem that begins by a quarter of each side. */
    private static final int SMALL_SIDE = 64;

    private static final int USUAL_SIDE = 32;

    /** Two blocks lie in memory at a time. */
    private static final long BLOCK_BYTES = 1L << 30;

    private static final int MOST_BLOCK_BATCHES = 8;
    private static final int LEAST_CHUNK = 64;

    /** Ten epochs of CIFAR's 50,000 images. */
    private static final long WARM_UP_PAIRS = 500_000;

    /**
     * The processor as two: threads that share every operator wait for each other hundreds of times a step, and for as long as
     * other work has the core of one of them.
     */
    private static final List<TorchDevice> HALVES = List.of(TorchDevice.CPU, TorchDevice.CPU);

    private static final UpdateRule SIMCLRS_LARS = new UpdateRule.Lars(1e-6, 0.9, UpdateRule.Lars.REFERENCE_ETA);
    private static final UpdateRule MUON = new UpdateRule.Muon(1e-4, 0.95, 0.99, 1e-8);
    private static final UpdateRule ADAMW = Defaults.PLAIN.rule();
    private static final HeadPlan WIDE_HEAD = Defaults.PLAIN.network().head();

    private final String word;
    private final int pairs;
    private final int chunkPixels;
    private final int mostChunk;

    /**
     * @param pairs of a batch
     * @param chunkPixels of the views of a chunk together, with which its activations fit into usual memory
     * @param mostChunk views of a chunk, however small they are
     */
    Preset(String word, int pairs, int chunkPixels, int mostChunk) {
        this.word = word;
        this.pairs = pairs;
        this.chunkPixels = chunkPixels;
        this.mostChunk = mostChunk;
    }

    /** The one for this device. */
    public static Preset on(TorchDevice device) {
        return device.equals(TorchDevice.CPU) ? CPU_SMALL : GPU;
    }

    /** Pairs of a batch. */
    public int pairs() {
        return pairs;
    }

    /** How weights of such a backbone move with this preset and no option for it. */
    public UpdateRule rule(Backbone backbone) {
        return at(USUAL_SIDE, pairs).rule();
    }

    /**
     * Of the convolutions of a network that a run has with this preset and no option for it. Which is faster on a processor
     * hangs on all of the network and on what it is shown.
     *
     * @param network as it is with the options that were given
     * @param side of the views, in pixels
     * @param views of a forward pass
     */
    public Precision precision(NetworkPlan network, int side, int views) {
        return network.precision();
    }

    /**
     * All of it but what {@link #rule} and {@link #precision} say of the network that it becomes.
     *
     * @param side of the views, in pixels
     * @param batch pairs of a batch, which somebody may have given
     */
    public Defaults at(int side, int batch) {
        long pixels = (long) side * side;
        int chunk = (int) Math.max(LEAST_CHUNK, Math.min(mostChunk, chunkPixels / pixels));
        int block = (int) Math.max(1, Math.min(MOST_BLOCK_BATCHES, BLOCK_BYTES / (6 * pixels * batch)));
        return at(network(side <= SMALL_SIDE), new Batching(batch, block, chunk));
    }

    abstract NetworkPlan network(boolean small);

    abstract Defaults at(NetworkPlan network, Batching batching);

    private static NetworkPlan plan(int depth, double width, Stem stem, int stages, HeadPlan head, boolean zeroGamma) {
        return new NetworkPlan(
                depth, width, stem, stages, head, Norm.BATCH, zeroGamma, Normalisation.NONE, Precision.FLOAT32);
    }

    @Override
    public String word() {
        return word;
    }

    /** As the command line has it. */
    @Override
    public String toString() {
        return word;
    }
}
