package io.streamclr.trainer.bench;

import io.streamclr.trainer.loss.ContrastiveLoss;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.loss.TiledLoss;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.step.TrainingStep;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.torch.TorchDevice;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/**
 * Trains two steps of a small network on the processor and on a device, and prints both losses. A process of its own: a
 * native library that does not fit its neighbour ends the whole JVM, without an exception, at its first use.
 */
public final class DeviceCheck {

    /** What the last line begins with when both have trained; the losses of processor and device follow. */
    public static final String TRAINED = "trained ";

    private static final int PAIRS = 32;

    private DeviceCheck() {}

    /** @param arguments the device, such as {@code gpu:0} */
    public static void main(String[] arguments) {
        TorchDevice device = TorchDevice.parse(arguments[0]);
        System.out.println(TRAINED + loss(TorchDevice.CPU) + " " + loss(device));
    }

    /** The loss of the second step, so that the first one's gradient counts. */
    private static double loss(TorchDevice device) {
        Architecture architecture = TrainBenchmark.network(Stem.SMALL2, Precision.FLOAT32);
        ByteBuffer views = TrainBenchmark.noise(2 * PAIRS, TrainBenchmark.SIDE);
        int[] images = IntStream.range(0, PAIRS).toArray();
        try (Torch torch = Torch.open(1, device);
                Network network = Network.of(torch, architecture, architecture.initialValues(1));
                ContrastiveLoss loss = new TiledLoss(torch, LossPlan.ntXent(TrainBenchmark.TEMPERATURE));
                Optimiser optimiser = new Optimiser(torch, new UpdateRule.Sgd(0, 0.9), network.trained());
                TrainingStep step = new TrainingStep(torch, network, loss, optimiser, 2 * PAIRS)) {
            step.train(views, TrainBenchmark.SIDE, TrainBenchmark.SIDE, images, 0.01, 1);
            return step.train(views, TrainBenchmark.SIDE, TrainBenchmark.SIDE, images, 0.01, 2)
                    .loss();
        }
    }
}
