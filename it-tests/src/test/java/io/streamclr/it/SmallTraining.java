package io.streamclr.it;

import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.settings.Batching;
import io.streamclr.trainer.settings.Computing;
import io.streamclr.trainer.settings.HealthWatchPlan;
import io.streamclr.trainer.settings.Learning;
import io.streamclr.trainer.settings.Remembering;
import io.streamclr.trainer.settings.RunTopics;
import io.streamclr.trainer.settings.Saving;
import io.streamclr.trainer.settings.Schedule;
import io.streamclr.trainer.settings.TrainConfig;
import java.nio.file.Path;

/** A network so small that a step takes a few milliseconds. */
final class SmallTraining {

    /** Pairs in a batch. */
    static final int BATCH = 8;

    private SmallTraining() {}

    /**
     * A run on topics {@code NAME.views}, {@code NAME.batches} and {@code NAME.encoders}, with a checkpoint every 20 steps.
     *
     * @param steps 0 for no end
     */
    static TrainConfig config(String name, Path checkpoints, long steps) {
        NetworkPlan network = new NetworkPlan(
                18, 0.0625, Stem.SMALL2, new HeadPlan(2, 32, 16, 0), false, Normalisation.NONE, Precision.FLOAT32);
        LearningRate rate = LearningRate.constant(0.001, 0);
        return new TrainConfig(
                name,
                1,
                new RunTopics(RealBroker.connection(), name + ".views", name + ".batches", name + ".encoders"),
                new Saving(checkpoints, 20, 2),
                new Batching(BATCH, 2, 2 * BATCH),
                new Learning(
                        network,
                        LossPlan.ntXent(0.1),
                        new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8),
                        new Schedule(rate, steps, 0, Decay.LINEAR)),
                Computing.onProcessor(1),
                HealthWatchPlan.USUAL,
                Remembering.NOTHING);
    }
}
