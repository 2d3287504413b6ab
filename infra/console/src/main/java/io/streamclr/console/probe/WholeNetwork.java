package io.streamclr.console.probe;

import io.streamclr.console.chart.Curves.Curve;
import io.streamclr.console.chart.Curves.Point;
import io.streamclr.trainer.classify.Classifier;
import io.streamclr.trainer.classify.ClassifierPlan;
import io.streamclr.trainer.encoder.EncoderFiles.Weights;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.probe.Confusion;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.torch.Torch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Trains whole networks with labels, says how many test images they get right, and keeps their curves. */
final class WholeNetwork {

    private static final int POINTS = 100;
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final Torch torch;
    private final LabelledImages test;
    private final int classes;
    private final Consumer<String> progress;
    private final List<Curve> curves = new ArrayList<>();

    /** @param classes labels are 0 to classes - 1, of training and test images */
    WholeNetwork(Torch torch, LabelledImages test, int classes, Consumer<String> progress) {
        this.torch = torch;
        this.test = test;
        this.classes = classes;
        this.progress = progress;
    }

    /**
     * Trains a network and measures it.
     *
     * @param name of this training, as a curve and in the lines about it
     * @param from where its weights begin; not changed
     */
    Scores train(String name, Weights from, LabelledImages images, ClassifierPlan plan) {
        return train(name, from, images, plan, (network, classifier, steps, accuracy) -> {});
    }

    /** Sees what was trained before it is let go of. */
    @FunctionalInterface
    interface Keeper {

        /**
         * @param steps that it was trained
         * @param accuracy share of the test images that got their class, in [0, 1]
         */
        void keep(Network network, Classifier classifier, long steps, double accuracy);
    }

    /** As the other. @param keeper sees the trained network */
    Scores train(String name, Weights from, LabelledImages images, ClassifierPlan plan, Keeper keeper) {
        List<Point> points = new ArrayList<>();
        Lines lines = new Lines(name, Math.min(plan.batch(), images.count()));
        try (Network network = Network.of(torch, Architecture.of(from.plan()), from.values());
                Classifier classifier = new Classifier(torch, network, classes)) {
            double[] sum = new double[1];
            int[] steps = new int[1];
            long[] last = new long[1];
            classifier.train(images, plan, (step, passed, loss) -> {
                sum[0] += loss;
                steps[0]++;
                if (passed >= (points.size() + 1.0) / POINTS) {
                    points.add(new Point(100 * passed, sum[0] / steps[0], 0));
                    sum[0] = 0;
                    steps[0] = 0;
                }
                last[0] = step;
                lines.trained(step, passed, loss);
            });
            curves.add(new Curve(name, points));
            double accuracy = Confusion.of(classes, test.labels(), classifier.classes(test))
                    .accuracy();
            keeper.keep(network, classifier, last[0], accuracy);
            return new Scores(Map.of(Measure.WHOLE, accuracy));
        }
    }

    /** The losses of all trainings so far, by the part of the training in per cent. */
    List<Curve> curves() {
        return List.copyOf(curves);
    }

    /** Reports how a training goes, now and then. */
    private final class Lines {

        private final String name;
        private final int batch;
        private final long begin = System.nanoTime();
        private long last = begin;

        Lines(String name, int batch) {
            this.name = name;
            this.batch = batch;
        }

        void trained(long step, double passed, double loss) {
            long now = System.nanoTime();
            if (passed >= 1 || now - last >= BETWEEN_LINES.toNanos()) {
                last = now;
                progress.accept(String.format(
                        Locale.ROOT,
                        "%s: %.0f %%, step %,d, loss %.3f, %,.0f images/s",
                        name,
                        100 * passed,
                        step,
                        loss,
                        step * batch * 1e9 / (now - begin)));
            }
        }
    }
}
