package io.streamclr.console.probe;

import io.streamclr.augment.view.Recipe;
import io.streamclr.console.chart.ChartFolder;
import io.streamclr.console.chart.Curves;
import io.streamclr.console.chart.Curves.Curve;
import io.streamclr.console.chart.Curves.Point;
import io.streamclr.console.chart.Curves.Scale;
import io.streamclr.console.chart.HeatMap;
import io.streamclr.console.probe.SavedClassifier.FineTuning;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.classify.ClassifierPlan;
import io.streamclr.trainer.encoder.Embedder;
import io.streamclr.trainer.encoder.EncoderFiles.Weights;
import io.streamclr.trainer.encoder.ShippedEncoder;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.FeatureMaps;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.probe.Confusion;
import io.streamclr.trainer.probe.LabelDraw;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.probe.Probe;
import io.streamclr.trainer.torch.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** One measuring of one encoder and its baselines: tables first, charts of them afterwards. */
final class ProbeRun {

    private static final String TRAINED = "trained";
    private static final String UNTRAINED = "untrained";

    private final Path archive;
    private final ImageSet known;
    private final ImageSet asked;
    private final boolean classes;
    private final List<LabelShare> shares;
    private final List<Long> seeds;
    private final Optional<Integer> cells;
    private final int fromHead;
    private final WholeNetworkOptions whole;
    private final EvaluationOptions evaluation;
    private final Recipe recipe;
    private final Optional<SavedClassifier> saved;
    private final ProbeProgress progress;
    private Map<LabelShare, ScoreTable> tables = Map.of();
    private Optional<Confusion> confusion = Optional.empty();
    private List<Curve> losses = List.of();

    /**
     * @param classes whether both sets have labels and no image is in both
     * @param cells of the maps that are measured too, each way; empty for none
     * @param fromHead layers of the projection head between the features and what is trained on them with labels
     * @param saved where the fine-tuned network is left, of which there is one then; empty for nowhere
     */
    ProbeRun(
            Path archive,
            ImageSet known,
            ImageSet asked,
            boolean classes,
            List<LabelShare> shares,
            List<Long> seeds,
            Optional<Integer> cells,
            int fromHead,
            WholeNetworkOptions whole,
            EvaluationOptions evaluation,
            Recipe recipe,
            Optional<SavedClassifier> saved,
            ProbeProgress progress) {
        this.archive = archive;
        this.known = known;
        this.asked = asked;
        this.classes = classes;
        this.shares = shares;
        this.seeds = seeds;
        this.cells = cells;
        this.fromHead = fromHead;
        this.whole = whole;
        this.evaluation = evaluation;
        this.recipe = recipe;
        this.saved = saved;
        this.progress = progress;
    }

    /** A table for each share of labels. */
    Map<LabelShare, ScoreTable> tables() {
        return tables;
    }

    /** @throws RefusalException if the encoder cannot be read, or has no weights beside it */
    void measure(int threads) {
        Weights weights = ShippedEncoder.at(archive).weights();
        Weights classified =
                fromHead == 0 ? weights : ShippedEncoder.at(archive).weights(fromHead);
        int side = known.side();
        weights.plan().backbone().require(side, side);
        if (cells.isPresent()) {
            Architecture.of(weights.plan()).requireMaps();
        }
        try (Torch torch = Torch.open(threads);
                Probe probe = Probe.on(torch);
                Embedder embedder = Embedder.load(torch, archive)) {
            FrozenProbe frozen = new FrozenProbe(probe, known, asked, classes, shares, progress);
            tables = frozen.tables();
            Look pixels = Look.pixels(side);
            Look gradients = Look.gradients(side);
            Look encoder = Look.through(embedder, side, weights.plan().features());
            frozen.plan(pixels, seeds.size());
            frozen.plan(gradients, seeds.size());
            plan(frozen, encoder);
            if (evaluation.simclr()) {
                shares.forEach(share -> seeds.forEach(
                        seed -> CropEvaluation.plan(progress, encoder, known, asked, share, evaluation.plan(seed), 2)));
            }
            cells.ifPresent(each -> plan(frozen, Look.through(embedder, side, ofMaps(weights, each))));
            frozen.measure("pixels", "raw pixels", pixels, seeds);
            frozen.measure("gradients", "oriented gradients", gradients, seeds);
            for (long seed : seeds) {
                Weights initial = fresh(weights, seed);
                try (Network network = Network.of(torch, Architecture.of(initial.plan()), initial.values());
                        Embedder fresh = Embedder.of(torch, network::encode)) {
                    Look look = Look.through(fresh, side, encoder.dimension());
                    frozen.measure(UNTRAINED, "untrained encoder", look, List.of(seed));
                }
            }
            confusion = frozen.measure(TRAINED, "encoder", encoder, seeds);
            cells.ifPresent(each -> measureMaps(torch, weights, frozen, each));
            if (evaluation.simclr()) {
                evaluateCrops(torch, classified);
            }
            progress.end();
            trainWhole(torch, classified);
        }
    }

    /** Two networks look in a way: fresh weights of each seed, and the trained ones. */
    private void plan(FrozenProbe frozen, Look look) {
        seeds.forEach(seed -> frozen.plan(look, 1));
        frozen.plan(look, seeds.size());
    }

    /** Fresh weights and trained ones, by the maps of their stages. */
    private void measureMaps(Torch torch, Weights weights, FrozenProbe frozen, int each) {
        String grid = ", maps " + each + "x" + each;
        for (long seed : seeds) {
            Weights fresh = fresh(weights, seed);
            try (FeatureMaps maps = FeatureMaps.of(torch, Architecture.of(fresh.plan()), fresh.values(), each);
                    Embedder embedder = Embedder.of(torch, maps::encode)) {
                Look look = Look.through(embedder, known.side(), ofMaps(weights, each));
                frozen.measure(UNTRAINED + "_maps", "untrained" + grid, look, List.of(seed));
            }
        }
        try (FeatureMaps maps = FeatureMaps.of(torch, Architecture.of(weights.plan()), weights.values(), each);
                Embedder embedder = Embedder.of(torch, maps::encode)) {
            Look look = Look.through(embedder, known.side(), ofMaps(weights, each));
            frozen.measure(TRAINED + "_maps", "encoder" + grid, look, seeds);
        }
    }

    /** At most how many numbers the maps have: the channels of all stages are fewer than twice those of the last. */
    private static int ofMaps(Weights weights, int each) {
        return 2 * weights.plan().features() * each * each;
    }

    /** Fresh weights and trained ones, by a linear layer on random crops. */
    private void evaluateCrops(Torch torch, Weights weights) {
        try (CropEvaluation crops = new CropEvaluation(torch, known, asked, recipe, evaluation::plan, progress);
                Network trained = Network.of(torch, Architecture.of(weights.plan()), weights.values());
                Embedder shipped = last(torch, trained)) {
            Look encoder = Look.through(shipped, known.side(), weights.plan().embedding());
            for (long seed : seeds) {
                Weights initial = fresh(weights, seed);
                try (Network network = Network.of(torch, Architecture.of(initial.plan()), initial.values());
                        Embedder fresh = last(torch, network)) {
                    Look untrained = Look.through(fresh, known.side(), encoder.dimension());
                    tables.forEach((share, table) -> {
                        String title = "untrained encoder";
                        table.add(UNTRAINED, title, crops.measure(title, untrained, share, seed));
                        table.add(TRAINED, "encoder", crops.measure("encoder", encoder, share, seed));
                    });
                }
            }
        }
    }

    /** By a network's last layer. */
    private static Embedder last(Torch torch, Network network) {
        return network.architecture().plan().head().layers() == 0
                ? Embedder.of(torch, network::encode)
                : Embedder.of(torch, (scope, images) -> network.project(scope, network.encode(scope, images)));
    }

    private static Weights fresh(Weights like, long seed) {
        return new Weights(like.plan(), Architecture.of(like.plan()).initialValues(seed), Optional.empty());
    }

    private void trainWhole(Torch torch, Weights weights) {
        if (!whole.fineTune() && !whole.supervised()) {
            return;
        }
        LabelledImages all = known.withLabels();
        LabelledImages test = asked.withLabels();
        WholeNetwork networks = new WholeNetwork(torch, test, Math.max(all.classes(), test.classes()), progress::say);
        tables.forEach((share, table) -> {
            for (long seed : seeds) {
                LabelledImages some = all.rows(LabelDraw.stratified(all.labels(), share.value(), seed));
                String with = ", " + share + " of the labels, seed " + seed;
                if (whole.supervised()) {
                    table.add(
                            UNTRAINED,
                            "untrained encoder",
                            networks.train("supervised" + with, fresh(weights, seed), some, whole.plan(seed)));
                }
                if (whole.fineTune()) {
                    ClassifierPlan plan = whole.plan(seed);
                    table.add(
                            TRAINED,
                            "encoder",
                            networks.train(
                                    "fine-tuned" + with,
                                    weights,
                                    some,
                                    plan,
                                    (network, classifier, steps, accuracy) -> saved.ifPresent(place -> place.write(
                                            network,
                                            classifier,
                                            new FineTuning(
                                                    plan, some.count(), share, steps, test.count(), accuracy)))));
                }
            }
        });
        losses = networks.curves();
    }

    /**
     * Draws what was measured.
     *
     * @param names one for each class; numbers where there are none
     */
    void draw(ChartFolder folder, List<String> names) {
        confusion.ifPresent(counted -> {
            int count = counted.counts().length;
            List<String> titles = names.isEmpty()
                    ? IntStream.range(0, count).mapToObj(Integer::toString).toList()
                    : names;
            folder.write(
                    "confusion",
                    HeatMap.confusion("What the linear classifier takes for what", titles, counted.counts()));
        });
        if (tables.size() > 1) {
            folder.write("labels", byLabels());
        }
        if (!losses.isEmpty()) {
            folder.write(
                    "losses",
                    new Curves(
                            "Networks trained with labels", "% of the training", "loss, nats", Scale.LINEAR, losses));
        }
    }

    private Curves byLabels() {
        List<Curve> curves = new ArrayList<>();
        tables.values().iterator().next().titles().forEach((key, title) -> {
            curve(key, Measure.LINEAR, title + ", linear").ifPresent(curves::add);
            curve(key, Measure.WHOLE, key.equals(TRAINED) ? "encoder, fine-tuned" : "supervised")
                    .ifPresent(curves::add);
        });
        return new Curves(
                "What few labels are enough for", "labelled images", "accuracy, %", Scale.LOGARITHMIC, curves);
    }

    private Optional<Curve> curve(String key, Measure measure, String name) {
        List<Point> points = new ArrayList<>();
        tables.forEach((share, table) -> table.of(key, measure)
                .ifPresent(spread -> points.add(
                        new Point(share.value() * known.count(), 100 * spread.mean(), 100 * spread.deviation()))));
        points.sort((one, other) -> Double.compare(one.x(), other.x()));
        return points.isEmpty() ? Optional.empty() : Optional.of(new Curve(name, points));
    }
}
