package io.streamclr.trainer.step;

import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import java.util.List;

/**
 * What a network knows of all batches that it saw: statistics of its layers, which all devices and ranks find together, and
 * moments of its features where they are whitened. Those come from the chunks of the first device of rank 0 alone: they are
 * large, and its views are a sample of all.
 */
record RunningStatistics(Network network, ChunkedBackprop passes) {

    /** As they were. @param statistics a row of numbers @param moments copies */
    record Kept(float[] statistics, List<Tensor> moments) {}

    Kept keep(Scope step) {
        return new Kept(row(step), network.copyOfMoments(step));
    }

    void takeBack(Scope step, Kept kept) {
        take(step, kept.statistics());
        network.takeMoments(step, kept.moments());
    }

    /** The statistics of layers. */
    float[] row(Scope step) {
        return passes.row(step, network.statistics());
    }

    /** Takes statistics of layers over. @return the row */
    float[] take(Scope step, float[] row) {
        passes.take(step, network.statistics(), row);
        return row;
    }

    /** Finds those of all ranks. @param views of each rank */
    void ofRanks(Scope step, RankExchange ranks, int views) {
        float[] statistics = row(step);
        ranks.mean(statistics, views);
        take(step, statistics);
        if (!network.moments().isEmpty()) {
            float[] moments = passes.row(step, network.moments());
            ranks.ofRank0(moments);
            passes.take(step, network.moments(), moments);
        }
    }

    /**
     * Every device moved the statistics of layers by its own chunks; their weighted mean is what one would have found.
     *
     * @param devices a row of each
     * @param chunks of all of them
     */
    static float[] mean(List<float[]> devices, List<Chunk> chunks) {
        double[] sums = new double[devices.get(0).length];
        for (int d = 0; d < devices.size(); d++) {
            double weight = Chunk.views(Chunk.part(chunks, d, devices.size()));
            float[] row = devices.get(d);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += weight * row[i];
            }
        }
        int all = Chunk.views(chunks);
        float[] mean = new float[sums.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sums[i] / all);
        }
        return mean;
    }
}
