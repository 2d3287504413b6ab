package io.streamclr.local.experiment;

import io.streamclr.augment.view.Recipe;
import io.streamclr.console.probe.ImageSet;
import io.streamclr.console.probe.Probing;
import io.streamclr.local.experiment.TrialMetric.Task;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.Embedder;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.probe.Probe;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Measures encoders and raw pixels, always on the same images. For one thread. */
final class TrialProbes {

    private static final Set<TrialMetric> NEIGHBOURS =
            EnumSet.of(TrialMetric.KNN_H, TrialMetric.KNN_Z, TrialMetric.OTHER_KNN_H);

    private final int threads;
    private final Map<Task, Sets> tasks = new EnumMap<>(Task.class);

    /** Images to learn a task from, and to be asked about. */
    private record Sets(PretextTask known, PretextTask asked) {}

    /** What turns images into features. */
    private interface Look {
        Features at(ByteBuffer pixels, int count, int side);
    }

    /**
     * @param known labelled images that probes are fitted to
     * @param asked labelled images that they are asked about
     * @param threads of PyTorch
     */
    TrialProbes(ImageSet known, ImageSet asked, int threads) {
        this.threads = threads;
        tasks.put(Task.LABELS, labelled(known, asked));
        tasks.put(Task.ROTATION, new Sets(PretextTask.ofTurns(known), PretextTask.ofTurns(asked)));
        tasks.put(Task.CROP, new Sets(PretextTask.ofCrops(known), PretextTask.ofCrops(asked)));
    }

    /** Measures on another data set too. */
    void withOther(ImageSet known, ImageSet asked) {
        tasks.put(Task.OTHER_LABELS, labelled(known, asked));
    }

    /** Measures too whether two views show one image. @param recipe draws them */
    void withViews(ImageSet asked, Recipe recipe) {
        tasks.put(Task.VIEWS, new Sets(PretextTask.ofViews(asked, recipe, 0), PretextTask.ofViews(asked, recipe, 1)));
    }

    private static Sets labelled(ImageSet known, ImageSet asked) {
        if (!known.labelled() || !asked.labelled()) {
            throw new RefusalException(
                    "An experiment measures by labels, and some images have none; give --data and --test with labels");
        }
        return new Sets(labelled(known), labelled(asked.numberedAs(known)));
    }

    private static PretextTask labelled(ImageSet images) {
        return new PretextTask(images.pixels(), images.count(), images.side(), images.labels());
    }

    /**
     * Measures an encoder.
     *
     * @param encoder an {@code encoder.pt} with its head
     * @param stopped asked between two measures
     * @return a figure for each measure; fewer if it was stopped
     */
    Map<TrialMetric, Double> encoder(Path encoder, Collection<TrialMetric> measures, BooleanSupplier stopped) {
        try (Torch torch = Torch.open(threads);
                Embedder features = Embedder.load(torch, encoder);
                Embedder embeddings = Embedder.loadWithHead(torch, encoder);
                Probe probe = Probe.on(torch)) {
            Map<TrialMetric, Double> figures = new EnumMap<>(TrialMetric.class);
            for (boolean embedding : List.of(false, true)) {
                Embedder embedder = embedding ? embeddings : features;
                Look look = (pixels, count, side) -> embedder.embed(pixels, count, side, side);
                List<TrialMetric> wanted = measures.stream()
                        .filter(measure -> measure.embedding() == embedding)
                        .toList();
                measure(probe, look, wanted, stopped, figures);
            }
            return figures;
        }
    }

    /** Measures raw pixels, where an encoder has its features. */
    Map<TrialMetric, Double> pixels(Collection<TrialMetric> measures, BooleanSupplier stopped) {
        try (Torch torch = Torch.open(threads);
                Probe probe = Probe.on(torch)) {
            Map<TrialMetric, Double> figures = new EnumMap<>(TrialMetric.class);
            List<TrialMetric> wanted =
                    measures.stream().filter(measure -> !measure.embedding()).toList();
            measure(
                    probe,
                    (pixels, count, side) -> Features.ofPixels(pixels, count, side, side),
                    wanted,
                    stopped,
                    figures);
            return figures;
        }
    }

    private void measure(
            Probe probe,
            Look look,
            List<TrialMetric> wanted,
            BooleanSupplier stopped,
            Map<TrialMetric, Double> figures) {
        for (Task task : Task.values()) {
            List<TrialMetric> ofTask =
                    wanted.stream().filter(measure -> measure.task() == task).toList();
            if (ofTask.isEmpty() || task == Task.TRAINING || stopped.getAsBoolean()) {
                continue;
            }
            if (!tasks.containsKey(task)) {
                throw new RefusalException("A run is to be measured by "
                        + ofTask.get(0).word() + ", but the plan names no other data set; take that measure away");
            }
            PretextTask known = tasks.get(task).known();
            PretextTask asked = tasks.get(task).asked();
            Features toKnow = look.at(known.pixels(), known.count(), known.side());
            Features toAsk = look.at(asked.pixels(), asked.count(), asked.side());
            for (TrialMetric measure : ofTask) {
                figures.put(measure, figure(measure, probe, toKnow, known.ways(), toAsk, asked.ways()));
            }
        }
    }

    private static double figure(
            TrialMetric measure, Probe probe, Features known, int[] knownWays, Features asked, int[] askedWays) {
        if (measure == TrialMetric.CONTRASTIVE_Z) {
            return probe.nearest(asked, known, 1).ownFirst();
        }
        if (NEIGHBOURS.contains(measure)) {
            int voters = Math.min(Probing.NEIGHBOURS, known.rows());
            return probe.nearest(asked, known, voters).majority(knownWays, askedWays, voters);
        }
        return probe.linear(known, knownWays, asked, askedWays).accuracy();
    }
}
