package io.streamclr.it;

import io.streamclr.trainer.TrainConfig;
import io.streamclr.trainer.WatchPlan;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.memory.MemoryPlan;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Fall;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.step.TeacherPlan;
import io.streamclr.trainer.torch.TorchDevice;
import java.nio.file.Path;
import java.util.List;

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
        return new TrainConfig(
                RealBroker.connection(),
                name + ".views",
                name + ".batches",
                name + ".encoders",
                name,
                checkpoints,
                BATCH,
                2,
                2 * BATCH,
                LossPlan.ntXent(0.1),
                network,
                new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8),
                LearningRate.constant(0.001, 0),
                steps,
                0,
                Fall.LINEAR,
                1,
                1,
                List.of(TorchDevice.CPU),
                20,
                2,
                WatchPlan.USUAL,
                MemoryPlan.NONE,
                TeacherPlan.NONE);
    }
}
