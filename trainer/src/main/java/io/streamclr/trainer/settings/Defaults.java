package io.streamclr.trainer.settings;

import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.LearningRate.Shape;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.torch.TorchDevice;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a run has where nobody gives an option.
 *
 * @param network all of it
 * @param temperature of the loss
 * @param batching how view pairs become batches
 * @param rule of the optimiser
 * @param clipping of gradients
 * @param peak learning rate of that rule; empty where it follows from the rule and the batch
 * @param warmUp steps
 * @param course what follows the warm-up where the run has an end and no cool-down; else the rate is constant
 * @param saveEvery how often it saves
 * @param devices that share each batch
 */
public record Defaults(
        NetworkPlan network,
        double temperature,
        Batching batching,
        UpdateRule rule,
        GradientClipping clipping,
        OptionalDouble peak,
        long warmUp,
        Shape course,
        SaveEvery saveEvery,
        List<TorchDevice> devices) {

    /** Whichever comes first, so that a fast run saves as it always did and a slow one loses ten minutes. */
    public static final SaveEvery SAVE_EVERY = new SaveEvery(500, Duration.ofMinutes(10));

    /** Where nothing chooses, as in a plan of experiments, and as every run had it before there were presets. */
    public static final Defaults PLAIN = new Defaults(
            new NetworkPlan(
                    18, 1, Stem.SMALL, new HeadPlan(2, 0, 128, 0), false, Normalisation.NONE, Precision.FLOAT32),
            0.2,
            new Batching(256, 8, 512),
            new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8),
            OptionalDouble.empty(),
            100,
            SaveEvery.steps(500));

    public Defaults {
        devices = List.copyOf(devices);
    }

    /** At a constant rate on the processor as one device, with gradients as they are. */
    public Defaults(
            NetworkPlan network,
            double temperature,
            Batching batching,
            UpdateRule rule,
            OptionalDouble peak,
            long warmUp,
            SaveEvery saveEvery) {
        this(
                network,
                temperature,
                batching,
                rule,
                GradientClipping.NONE,
                peak,
                warmUp,
                Shape.CONSTANT,
                saveEvery,
                List.of(TorchDevice.CPU));
    }

    /**
     * The same for a run with this end: a warm-up that a cosine follows lasts a tenth of it at most, the share that it has
     * of SimCLR's shortest runs.
     *
     * @param steps 0 for no end
     */
    public Defaults endingAfter(long steps) {
        long shorter = course == Shape.COSINE && steps > 0 ? Math.min(warmUp, steps / 10) : warmUp;
        return new Defaults(network, temperature, batching, rule, clipping, peak, shorter, course, saveEvery, devices);
    }

    /** The same with weights that move otherwise. */
    public Defaults with(UpdateRule other) {
        return new Defaults(network, temperature, batching, other, clipping, peak, warmUp, course, saveEvery, devices);
    }

    /** The same with convolutions in another precision. */
    public Defaults with(Precision precision) {
        return new Defaults(
                network.with(precision),
                temperature,
                batching,
                rule,
                clipping,
                peak,
                warmUp,
                course,
                saveEvery,
                devices);
    }

    /** The same on other devices, that of the loss and the optimiser first. */
    public Defaults on(List<TorchDevice> others) {
        return new Defaults(network, temperature, batching, rule, clipping, peak, warmUp, course, saveEvery, others);
    }

    /** The same where there are so many ranks, of which each has one device. */
    public Defaults amongst(int ranks) {
        return ranks == 1 ? this : on(devices.subList(0, 1));
    }

    /** The settings of a run that goes on. */
    public static Defaults of(TrainConfig config) {
        Schedule schedule = config.learning().schedule();
        return new Defaults(
                config.learning().network(),
                config.learning().loss().temperature(),
                config.batching(),
                config.learning().rule(),
                config.learning().clipping(),
                OptionalDouble.of(schedule.rate().peak()),
                schedule.rate().warmUpSteps(),
                schedule.rate().course(),
                SAVE_EVERY,
                config.computing().devices());
    }
}
