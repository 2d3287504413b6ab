package io.streamclr.trainer.model;

import io.streamclr.trainer.form.Word;
import java.util.Set;

/**
 * What a network is, to the last constant: two networks of one plan and one seed are equal to the bit.
 *
 * @param depth 18, 34, 50, 101 or 152
 * @param width multiplies every width of the encoder; 1 is torchvision's, 0.25 begins with 16 channels
 * @param stages how many of the four stages, counted from the last, the features are taken from: 1 is torchvision's, and
 *     with 2 to 4 the averages of the stages are concatenated, the earliest first
 * @param norm what follows every layer
 * @param zeroGamma whether the last normalisation of each residual block starts with scale 0, so that blocks start as
 *     identities
 * @param precision of the convolutions while training; weights and statistics stay in 32 bits
 */
public record NetworkPlan(
        int depth,
        double width,
        Stem stem,
        int stages,
        HeadPlan head,
        Norm norm,
        boolean zeroGamma,
        Normalisation pixels,
        Precision precision) {

    /** Groups of residual blocks, of which each halves the side and doubles the width of the one before. */
    public static final int STAGES = 4;

    private static final Set<Integer> DEPTHS = Set.of(18, 34, 50, 101, 152);

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

    /** The depths that there are. */
    public static Set<Integer> depths() {
        return DEPTHS;
    }

    public NetworkPlan {
        if (!DEPTHS.contains(depth)) {
            throw new IllegalArgumentException(
                    "A ResNet of depth " + depth + " is not known; known are 18, 34, 50, 101, 152");
        }
        if (!(width >= 1.0 / 16 && width <= 8)) {
            throw new IllegalArgumentException("The width multiplier is " + width + ", allowed are 0.0625 to 8");
        }
        if (stages < 1 || stages > STAGES) {
            throw new IllegalArgumentException(
                    "Features of " + stages + " stages are asked for, and a ResNet has 1 to " + STAGES);
        }
    }

    /** A plan with batch normalisation and torchvision's features, those of the last stage. */
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
        return new NetworkPlan(depth, width, stem, stages, head, other, zeroGamma, pixels, precision);
    }

    public NetworkPlan with(Precision other) {
        return new NetworkPlan(depth, width, stem, stages, head, norm, zeroGamma, pixels, other);
    }

    public NetworkPlan withStages(int other) {
        return new NetworkPlan(depth, width, stem, other, head, norm, zeroGamma, pixels, precision);
    }

    /** Channels after the first convolution: 64 at width 1. */
    public int base() {
        return (int) Math.round(64 * width);
    }

    /** Dimensions of the features h: 512 for ResNet-18 and 2048 for ResNet-50, of the last stage at width 1. */
    public int features() {
        int features = 0;
        for (int stage = STAGES - stages; stage < STAGES; stage++) {
            features += (base() << stage) * expansion();
        }
        return features;
    }

    /** Dimensions of the embeddings z that the loss sees. */
    public int embedding() {
        return head.layers() == 0 ? features() : head.output();
    }

    /**
     * Groups of each {@link Norm#GROUP} normalisation of the encoder: 32, or the next lower power of 2 that gives every
     * group the same number of channels, 2 or more; 1 where there is none.
     */
    public int groups() {
        int groups = 32;
        while (groups > 1 && (base() % groups != 0 || base() < 2 * groups)) {
            groups /= 2;
        }
        return groups;
    }

    /** By how much the outputs of a residual block are more than its planes: 4 with bottlenecks. */
    public int expansion() {
        return depth >= 50 ? 4 : 1;
    }

    /** Residual blocks of each stage. */
    public int[] blocks() {
        return switch (depth) {
            case 18 -> new int[] {2, 2, 2, 2};
            case 101 -> new int[] {3, 4, 23, 3};
            case 152 -> new int[] {3, 8, 36, 3};
            default -> new int[] {3, 4, 6, 3};
        };
    }
}
