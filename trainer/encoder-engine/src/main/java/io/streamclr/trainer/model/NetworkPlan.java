package io.streamclr.trainer.model;

import io.streamclr.trainer.form.Word;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What a network is, to the last constant: two networks of one plan and one seed are equal to the bit.
 *
 * @param backbone the encoder
 * @param norm what follows every layer of a ResNet and of the head; other backbones have their own in the encoder
 * @param precision of convolutions and products of matrices in the encoder while training; weights and statistics stay in
 *     32 bits
 * @param whitened whether the features that others are given are {@linkplain Whitening whitened}; training is the same
 */
public record NetworkPlan(
        Backbone backbone, HeadPlan head, Norm norm, Normalisation pixels, Precision precision, boolean whitened) {

    /** How the outputs of a layer are brought to one scale. */
    public enum Norm implements Word {
        /** By the statistics of the images that go through the network together; SimCLR's. */
        BATCH("batch"),
        /**
         * By the statistics of one image (Wu and He 2018, arXiv:1803.08494), so that no image sees another one and chunks
         * of any size give one gradient. The head, which has no area to average over, takes all of a layer as one group.
         */
        GROUP("group");

        private final String word;

        Norm(String word) {
            this.word = word;
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

    /** The kind of numbers that convolutions compute with. */
    public enum Precision implements Word {
        FLOAT32("float32", 6),
        BFLOAT16("bfloat16", 15),
        /** Reaches from 6e-8 to 65,504 only, so gradients are scaled on their way back. */
        FLOAT16("float16", 5);

        private final String word;
        private final int torchType;

        Precision(String word, int torchType) {
            this.word = word;
            this.torchType = torchType;
        }

        /** PyTorch's number of the type. */
        int torchType() {
            return torchType;
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

    /** Subtracted from and dividing each pixel of [0, 1] before the first convolution. */
    public enum Normalisation implements Word {
        /** Pixels as they are, as the SimCLR reference has it. */
        NONE("none", new double[] {0, 0, 0}, new double[] {1, 1, 1}),
        /** Mean and deviation of ImageNet, as torchvision's own weights expect it. */
        IMAGENET("imagenet", new double[] {0.485, 0.456, 0.406}, new double[] {0.229, 0.224, 0.225});

        private final String word;
        private final double[] mean;
        private final double[] deviation;

        Normalisation(String word, double[] mean, double[] deviation) {
            this.word = word;
            this.mean = mean;
            this.deviation = deviation;
        }

        /** Of red, green and blue. */
        public double[] mean() {
            return mean.clone();
        }

        /** Of red, green and blue. */
        public double[] deviation() {
            return deviation.clone();
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

    public NetworkPlan {
        Objects.requireNonNull(backbone, "backbone");
        Objects.requireNonNull(head, "head");
        Objects.requireNonNull(norm, "norm");
        Objects.requireNonNull(pixels, "pixels");
        Objects.requireNonNull(precision, "precision");
    }

    /** A plan of features as they are. */
    public NetworkPlan(Backbone backbone, HeadPlan head, Norm norm, Normalisation pixels, Precision precision) {
        this(backbone, head, norm, pixels, precision, false);
    }

    /** The plan of a ResNet; see there. */
    public NetworkPlan(
            int depth,
            double width,
            Stem stem,
            int stages,
            HeadPlan head,
            Norm norm,
            boolean zeroGamma,
            Normalisation pixels,
            Precision precision) {
        this(new ResNet(depth, width, 1, stem, stages, zeroGamma), head, norm, pixels, precision);
    }

    /** The plan of a ResNet with batch normalisation and torchvision's features, those of the last stage. */
    public NetworkPlan(
            int depth,
            double width,
            Stem stem,
            HeadPlan head,
            boolean zeroGamma,
            Normalisation pixels,
            Precision precision) {
        this(depth, width, stem, 1, head, Norm.BATCH, zeroGamma, pixels, precision);
    }

    public NetworkPlan withNorm(Norm other) {
        return new NetworkPlan(backbone, head, other, pixels, precision, whitened);
    }

    public NetworkPlan with(Precision other) {
        return new NetworkPlan(backbone, head, norm, pixels, other, whitened);
    }

    public NetworkPlan with(HeadPlan other) {
        return new NetworkPlan(backbone, other, norm, pixels, precision, whitened);
    }

    public NetworkPlan with(Backbone other) {
        return new NetworkPlan(other, head, norm, pixels, precision, whitened);
    }

    /** The same with features that are whitened for others, or are not. */
    public NetworkPlan whitened(boolean other) {
        return new NetworkPlan(backbone, head, norm, pixels, precision, other);
    }

    /** A ResNet's with the features of so many stages. */
    public NetworkPlan withStages(int other) {
        return with(((ResNet) backbone).withStages(other));
    }

    /** Dimensions F of the features h. */
    public int features() {
        return backbone.features();
    }

    /** Dimensions of the embeddings z that the loss sees. */
    public int embedding() {
        return head.layers() == 0 ? features() : head.output();
    }

    /**
     * What its forward pass keeps of an image for the way back, in bytes; to be multiplied by the images that go through
     * together.
     */
    public long keptBytes(int height, int width) {
        long kept = backbone.keptBytes(new Kept(precision, norm), height, width);
        int inputs = features();
        for (int layer = 0; layer < head.layers(); layer++) {
            int outputs = headOutputs(layer);
            kept += (inputs + outputs) * (long) Kept.FULL;
            inputs = outputs;
        }
        return kept;
    }

    /** What an image of this size takes, to its embedding. */
    public MultiplyAdds multiplyAdds(int height, int width) {
        MultiplyAdds all = backbone.multiplyAdds(height, width);
        int inputs = features();
        for (int layer = 0; layer < head.layers(); layer++) {
            int outputs = headOutputs(layer);
            all = all.and((long) inputs * outputs);
            inputs = outputs;
        }
        return all;
    }

    private int headOutputs(int layer) {
        int hidden = head.hidden() == 0 ? features() : head.hidden();
        return layer == head.layers() - 1 ? head.output() : hidden;
    }

    /** Bytes of the copies of weights in the precision of convolutions, which are kept with what images leave. */
    public long loweredBytes() {
        return precision == Precision.FLOAT32 ? 0 : 2 * Architecture.of(this).encoderParameters();
    }

    /** Groups of each {@link Norm#GROUP} normalisation of the encoder; empty where it has none. */
    public OptionalInt groups() {
        return norm == Norm.GROUP && backbone instanceof ResNet resnet
                ? OptionalInt.of(resnet.groups())
                : OptionalInt.empty();
    }
}
