package io.streamclr.trainer.step;

import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a network knows of all batches that it saw: statistics of its layers, which all devices and ranks find together, and
 * moments of its features where they are whitened. Those come from a sample, the views of the batch's first chunk and the
 * other views of the same images; of several ranks, of rank 0.
 */
record RunningStatistics(Network network, ChunkedBackprop passes) {

    /** Where among the chunks of a device those are whose features are to be observed. @param chunks of all devices */
    Set<Integer> showing(int chunks, int device, int devices) {
        return network.moments().isEmpty() ? Set.of() : Chunk.pair(chunks, device, devices);
    }

    /** Moves the moments. @param features of the chunks that were to show them, those of the first device as tensors */
    void observe(Scope step, List<Tensor> features, List<DeviceReplica.Embedded> elsewhere) {
        if (network.moments().isEmpty()) {
            return;
        }
        List<Tensor> pair = new ArrayList<>(features);
        elsewhere.forEach(device -> device.features().forEach(found -> pair.add(ofHost(step, found))));
        network.observe(step, pair);
    }

    /** Moves the moments by the features of rank 0. @param features of the chunks of this rank that were to show them */
    void observe(Scope step, List<Tensor> features, RankExchange ranks) {
        if (!features.isEmpty()) {
            float[] pair = passes.row(step, features);
            ranks.ofRank0(pair);
            network.observe(step, List.of(ofHost(step, pair)));
        }
    }

    private Tensor ofHost(Scope step, float[] features) {
        long width = network.moments().get(0).size();
        return step.floats(features, features.length / width, width);
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
