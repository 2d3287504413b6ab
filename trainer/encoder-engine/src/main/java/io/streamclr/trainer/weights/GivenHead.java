package io.streamclr.trainer.weights;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The first layers of the projection head in an archive of ours.
 *
 * @param plan of the archive's encoder, with these layers as its head
 * @param values of every tensor of the layers, by name
 */
public record GivenHead(NetworkPlan plan, Map<String, float[]> values) {

    /**
     * How many layers of the head a ReLU follows: all but the last of a run's, and all that a classifier has. Those are the
     * ones whose normalisation has a shift.
     *
     * @param archive an {@code encoder.pt} or {@code classifier.pt}
     * @return 0 also where there is no head
     * @throws RefusalException if the file cannot be read
     */
    public static int layers(Path archive) {
        try {
            Map<String, long[]> shapes = GivenWeights.shapes(archive);
            int layers = 0;
            while (layers < HeadPlan.MOST_LAYERS && shapes.containsKey("head." + layers + ".bn.bias")) {
                layers++;
            }
            return layers;
        } catch (IOException broken) {
            throw unusable(archive, broken);
        }
    }

    /**
     * Reads layers of an archive.
     *
     * @param encoder the plan of the archive's encoder
     * @param layers 1 to {@link #layers}
     * @throws RefusalException if the file cannot be read, or holds no such layers
     */
    public static GivenHead read(Path archive, NetworkPlan encoder, int layers) {
        try {
            Map<String, long[]> shapes = GivenWeights.shapes(archive);
            long[] first = shapes.getOrDefault("head.0.linear.weight", new long[0]);
            if (first.length != 2 || first[0] > Integer.MAX_VALUE) {
                throw new IOException("the first layer of its head has the shape " + Arrays.toString(first));
            }
            // A ResNet's head has the ResNet's own; beside another backbone the head alone says which.
            Norm norm = encoder.backbone() instanceof ResNet
                    ? encoder.norm()
                    : shapes.containsKey("head.0.bn.running_mean") ? Norm.BATCH : Norm.GROUP;
            NetworkPlan plan = encoder.withNorm(norm).with(HeadPlan.first(layers, (int) first[0]));
            Map<String, float[]> values = new LinkedHashMap<>();
            for (Slot slot : Architecture.of(plan).slots()) {
                if (!slot.ofEncoder()) {
                    values.put(slot.name(), GivenWeights.tensor(archive, slot.name(), slot.shape()));
                }
            }
            return new GivenHead(plan, values);
        } catch (IOException | IllegalArgumentException broken) {
            throw unusable(archive, broken);
        }
    }

    private static RefusalException unusable(Path archive, Exception broken) {
        return new RefusalException(
                "The projection head in " + archive + " cannot be used: " + FileFault.of(broken)
                        + "; put the file back as StreamCLR wrote it",
                broken);
    }
}
