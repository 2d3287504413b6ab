package io.streamclr.trainer.loss;

import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;

/** What training makes small: a number for a batch of embeddings, and which way each embedding should go. */
public interface ContrastiveLoss extends AutoCloseable {

    /**
     * A loss and its gradient.
     *
     * @param value mean over the 2N views, in nats
     * @param gradient of the value with respect to the embeddings as they came in, (2N, D)
     * @param leftOut ordered pairs of views of different images that were not negatives of each other
     */
    record Evaluation(double value, Tensor gradient, long leftOut) {}

    /**
     * Evaluates one batch.
     *
     * @param scope owns the gradient
     * @param embeddings (2N, D), any scale; rows i and N + i show the same image
     * @param images of the N pairs
     */
    Evaluation evaluate(Scope scope, Tensor embeddings, ShownImages images);

    @Override
    void close();
}
