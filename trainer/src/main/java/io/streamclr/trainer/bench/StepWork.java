package io.streamclr.trainer.bench;

import io.streamclr.trainer.loss.TiledLoss;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.MultiplyAdds;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.step.TrainingStep;

/**
 * What a step comes to on paper, on all devices together.
 *
 * @param forwardOfAView products that are added up for one view, from pixels to its embedding
 * @param multiplyAdds of the step: convolutions, linear layers and products of matrices, there, back, and there again for
 *     views of chunks that are not remembered; and the similarities of the loss
 * @param bytes that operators one at a time write to memory and read from it: what a network keeps for its way back is
 *     written and read on each way forward, and read on the way back, which writes and reads as much of gradients; weights,
 *     their gradients and the optimiser's state; the loss's similarities
 */
public record StepWork(long forwardOfAView, long multiplyAdds, long bytes) {

    private static final int FULL = Float.BYTES;

    /** Of AdamW: weight, gradient and both means are read, and all but the gradient written. */
    private static final int OPTIMISER_MOVES = 4 + 3;

    /** Of a chunk: weights are read on both ways, and their gradients written. */
    private static final int CHUNK_MOVES = 3;

    /** Of each chunk but a device's first: the sum and what is added are read, and the sum written. */
    private static final int SUM_MOVES = 3;

    static StepWork of(TrainBenchmark.Setting setting) {
        NetworkPlan plan = setting.network();
        int side = setting.side();
        int devices = setting.devices().size();
        long views = 2L * setting.pairs();
        int chunks = devices * TrainingStep.chunksOfADevice(setting.pairs(), setting.chunkViews(), devices);
        long forward = views
                + TrainingStep.viewsForwardTwice(setting.pairs(), setting.chunkViews(), devices, setting.remembered());
        MultiplyAdds view = plan.multiplyAdds(side, side);
        long multiplyAdds =
                forward * view.forward() + views * view.backward() + TiledLoss.multiplyAdds(views, plan.embedding());
        long weights = Architecture.of(plan).parameters() * FULL;
        long bytes = plan.keptBytes(side, side) * (2 * forward + 3 * views)
                + weights * (CHUNK_MOVES * chunks + SUM_MOVES * (chunks - devices) + OPTIMISER_MOVES)
                + 2 * 2 * FULL * views * views;
        return new StepWork(view.forward(), multiplyAdds, bytes);
    }

    /** Floating-point operations of the step: a product and its sum are two. */
    public double flop() {
        return 2.0 * multiplyAdds;
    }
}
