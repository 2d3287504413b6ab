package io.streamclr.trainer.step;

import io.streamclr.trainer.torch.Tensor;
import java.util.List;

/** How long gradients are, which lie in several tensors. */
final class TensorNorms {

    private TensorNorms() {}

    /** Of the difference, as a share of the expected. */
    static double relativeDistance(List<Tensor> actual, List<Tensor> expected) {
        double difference = 0;
        for (int i = 0; i < actual.size(); i++) {
            float[] a = actual.get(i).floats();
            float[] b = expected.get(i).floats();
            for (int k = 0; k < a.length; k++) {
                difference += ((double) a[k] - b[k]) * ((double) a[k] - b[k]);
            }
        }
        return Math.sqrt(difference) / norm(expected);
    }

    /** Euclidean, of all their numbers together. */
    static double norm(List<Tensor> tensors) {
        double square = 0;
        for (Tensor tensor : tensors) {
            for (float value : tensor.floats()) {
                square += (double) value * value;
            }
        }
        return Math.sqrt(square);
    }
}
