package io.streamclr.console.probe;

import io.streamclr.augment.view.Recipe;
import io.streamclr.trainer.classify.CropPlan;
import io.streamclr.trainer.classify.LinearEvaluation;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.probe.LabelDraw;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.LongFunction;

/** Evaluates frozen networks as the SimCLR paper does: a linear layer trained on random crops. For one thread. */
final class CropEvaluation implements AutoCloseable {

    private static final int TOP = 5;

    private final Torch torch;
    private final ImageSet known;
    private final ImageSet asked;
    private final LongFunction<CropPlan> plans;
    private final Crops crops;
    private final ProbeProgress progress;

    /**
     * @param known training images, labelled, with their encoded bytes
     * @param asked test images, labelled, with their centres
     * @param recipe whose crops are drawn
     * @param plans of a seed
     */
    CropEvaluation(
            Torch torch,
            ImageSet known,
            ImageSet asked,
            Recipe recipe,
            LongFunction<CropPlan> plans,
            ProbeProgress progress) {
        this.torch = torch;
        this.known = known;
        this.asked = asked;
        this.plans = plans;
        this.crops = new Crops(known.encoded(), recipe);
        this.progress = progress;
    }

    /** About the seconds that one evaluation takes. */
    private static double seconds(Look network, double images, int tests, CropPlan plan) {
        return network.seconds(1) * (images * plan.epochs() + tests);
    }

    /** Says that so many networks will be evaluated. */
    static void plan(
            ProbeProgress progress,
            Look network,
            ImageSet known,
            ImageSet asked,
            LabelShare share,
            CropPlan plan,
            int networks) {
        double images = share.value() * known.count();
        progress.plan(Cost.Kind.CROPS, networks * seconds(network, images, asked.count(), plan));
    }

    /** Evaluates a network with some of the labels. */
    Scores measure(String title, Look network, LabelShare share, long seed) {
        int[] rows = LabelDraw.stratified(known.labels(), share.value(), seed);
        int[] labels = LabelDraw.pick(known.labels(), rows);
        progress.begin(
                Cost.Kind.CROPS,
                seconds(network, rows.length, asked.count(), plans.apply(seed)),
                "SimCLR evaluation with " + share + " of the labels, seed " + seed + ": " + title);
        int classes = Math.max(known.withLabels().classes(), asked.withLabels().classes());
        Features test = network.at(asked.centres(), asked.count());
        try (LinearEvaluation linear = new LinearEvaluation(torch, test.dimension(), classes)) {
            linear.train(
                    labels,
                    plans.apply(seed),
                    (images, step) -> {
                        ByteBuffer shown = crops.of(LabelDraw.pick(rows, images), seed, step);
                        return network.at(shown, images.length);
                    },
                    (step, passed, loss) -> {});
            return new Scores(Map.of(
                    Measure.SIMCLR_TOP_1, linear.top(test, asked.labels(), 1),
                    Measure.SIMCLR_TOP_5, linear.top(test, asked.labels(), TOP)));
        }
    }

    @Override
    public void close() {
        crops.close();
    }
}
