package io.streamclr.trainer.classify;

import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;

/**
 * A linear layer after an encoder that stays as it is, trained as SimCLR's authors do it (Chen et al. 2020,
 * arXiv:2002.05709, appendix B.6): Nesterov's momentum of 0.9, no weight decay, and features of fresh random crops of the
 * training images in every step. For one thread, as the engine that it runs on.
 */
public final class LinearEvaluation implements AutoCloseable {

    private static final UpdateRule RULE = new UpdateRule.Sgd(0, 0.9, true);

    private final Torch torch;
    private final int classes;
    private final SoftmaxLayer layer;

    /**
     * A layer of zeros.
     *
     * @param features of an image
     * @param classes 1 or more; labels are 0 to classes - 1
     */
    public LinearEvaluation(Torch torch, int features, int classes) {
        this.torch = torch;
        this.classes = classes;
        this.layer = new SoftmaxLayer(torch, features, new float[classes * features], new float[classes]);
    }

    /** Where the features of a step come from. */
    @FunctionalInterface
    public interface Crops {

        /**
         * @param images by their numbers
         * @param step 1 for the first; another one shows other crops
         * @return a row for each
         */
        Features of(int[] images, int step);
    }

    /** Trains the layer. @param labels of the images, 0 to classes - 1 */
    public void train(int[] labels, CropPlan plan, Crops crops, Classifier.Listener listener) {
        int batch = Math.min(plan.batch(), labels.length);
        long steps = plan.steps(labels.length);
        Rows rows = new Rows(labels.length, plan.seed());
        try (Optimiser optimiser = new Optimiser(torch, RULE, layer.trained())) {
            for (int step = 1; step <= steps; step++) {
                int[] images = new int[batch];
                int[] truth = new int[batch];
                for (int i = 0; i < batch; i++) {
                    images[i] = rows.next();
                    truth[i] = labels[images[i]];
                }
                Features features = crops.of(images, step);
                double rate = plan.rate((step - 1.0) / steps, batch);
                try (Scope scope = torch.scope()) {
                    SoftmaxLayer.Gradients found = layer.evaluate(scope, features.tensor(scope), truth);
                    optimiser.update(scope, found.ofLayer(), rate, step);
                    listener.trained(step, (double) step / steps, found.loss());
                }
            }
        }
    }

    /**
     * How often the class of an image is among the likeliest.
     *
     * @param k how many count; of fewer classes all
     * @return share of the images in [0, 1]
     */
    public double top(Features features, int[] labels, int k) {
        int among = Math.min(k, classes);
        try (Scope scope = torch.scope()) {
            Tensor all = features.tensor(scope);
            int[] predicted = layer.likeliest(scope, all, among);
            int right = 0;
            for (int i = 0; i < predicted.length; i++) {
                right += predicted[i] == labels[i / among] ? 1 : 0;
            }
            return (double) right / labels.length;
        }
    }

    @Override
    public void close() {
        layer.close();
    }
}
