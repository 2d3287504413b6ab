package io.streamclr.trainer.optimiser;

import io.streamclr.trainer.form.Word;

/**
 * The learning rate of every step, a pure function of the step: a linear warm-up from 0, then constant or falling by a
 * cosine (Loshchilov and Hutter 2017, arXiv:1608.03983, without restarts), and a cool-down to 0 that may begin at any
 * step, because a stream has no end (Hägele et al. 2024, arXiv:2405.18392).
 *
 * @param peak the rate after the warm-up, above 0
 * @param warmUpSteps 0 for none
 * @param course what follows the warm-up
 * @param totalSteps where the cosine reaches 0; of no account for {@link Shape#CONSTANT}
 * @param coolDownAfter the last step before the cool-down; negative while none is planned
 * @param coolDownSteps how many steps the cool-down lasts; the last of them has a rate above 0, the one after it has 0
 * @param fall the form of the cool-down
 */
public record LearningRate(
        double peak,
        long warmUpSteps,
        Shape course,
        long totalSteps,
        long coolDownAfter,
        long coolDownSteps,
        Decay fall) {

    /** What follows the warm-up. */
    public enum Shape implements Word {
        CONSTANT("constant"),
        COSINE("cosine");

        private final String word;

        Shape(String word) {
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

    /** With t the part of the cool-down that has passed: 1 - t, or 1 - sqrt(t), which falls early. */
    public enum Decay implements Word {
        LINEAR("linear"),
        SQRT("sqrt");

        private final String word;

        Decay(String word) {
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

    public LearningRate {
        if (!(peak > 0) || Double.isInfinite(peak)) {
            throw new IllegalArgumentException("The learning rate is " + peak + ", but it must be a number above 0");
        }
        if (warmUpSteps < 0 || coolDownSteps < 0) {
            throw new IllegalArgumentException(
                    "Warm-up and cool-down last 0 steps or more, not " + warmUpSteps + " and " + coolDownSteps);
        }
        if (course == Shape.COSINE && totalSteps <= warmUpSteps) {
            throw new IllegalArgumentException("A cosine needs an end after the warm-up of " + warmUpSteps
                    + " steps, not " + totalSteps + " steps");
        }
    }

    /** Constant after the warm-up, and without end. */
    public static LearningRate constant(double peak, long warmUpSteps) {
        return new LearningRate(peak, warmUpSteps, Shape.CONSTANT, 0, -1, 0, Decay.LINEAR);
    }

    /** Falling from the end of the warm-up to 0 after step {@code totalSteps}. */
    public static LearningRate cosine(double peak, long warmUpSteps, long totalSteps) {
        return new LearningRate(peak, warmUpSteps, Shape.COSINE, totalSteps, -1, 0, Decay.LINEAR);
    }

    /** This plan with a cool-down after step {@code after} that lasts {@code steps} steps. */
    public LearningRate coolingDown(long after, long steps, Decay form) {
        if (after < 0 || steps < 1) {
            throw new IllegalArgumentException(
                    "A cool-down follows step 0 or later and lasts 1 step or more, not " + after + " and " + steps);
        }
        return new LearningRate(peak, warmUpSteps, course, totalSteps, after, steps, form);
    }

    /**
     * The peak at which MoCo v3 (Chen, Xie and He 2021, arXiv:2104.02057) trains ViTs with AdamW.
     *
     * @param batch pairs in a batch
     */
    public static double ofMocoV3(int batch) {
        return linearlyScaled(1.5e-4, batch);
    }

    /** SimCLR's linear scaling: {@code perImage} for batches of 256 pairs, in proportion for others. */
    public static double linearlyScaled(double perImage, int pairs) {
        return perImage * pairs / 256;
    }

    /** SimCLR's square-root scaling, for small batches: {@code perRoot} times the root of the number of pairs. */
    public static double rootScaled(double perRoot, int pairs) {
        return perRoot * Math.sqrt(pairs);
    }

    /** Whether a cool-down has been planned. */
    public boolean coolsDown() {
        return coolDownAfter >= 0;
    }

    /** The last step that still learns; {@link Long#MAX_VALUE} while there is no end. */
    public long lastStep() {
        if (coolsDown()) {
            return coolDownAfter + coolDownSteps;
        }
        return course == Shape.COSINE ? totalSteps : Long.MAX_VALUE;
    }

    /**
     * The rate of one step.
     *
     * @param step 1 for the first
     */
    public double at(long step) {
        double rate = peak;
        if (step < warmUpSteps) {
            rate = peak * step / warmUpSteps;
        } else if (course == Shape.COSINE) {
            double passed = Math.min(1, (double) (step - warmUpSteps) / (totalSteps + 1 - warmUpSteps));
            rate = peak * 0.5 * (1 + StrictMath.cos(Math.PI * passed));
        }
        if (coolsDown() && step > coolDownAfter) {
            double passed = Math.min(1, (double) (step - coolDownAfter) / (coolDownSteps + 1));
            rate *= fall == Decay.LINEAR ? 1 - passed : 1 - Math.sqrt(passed);
        }
        return rate;
    }
}
