package io.streamclr.local.experiment;

import io.streamclr.console.probe.ImageSet;
import io.streamclr.console.probe.Probing;
import io.streamclr.local.experiment.Measure.Task;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.probe.Embedder;
import io.streamclr.trainer.probe.Features;
import io.streamclr.trainer.probe.Probe;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Measures encoders and raw pixels, always on the same images. For one thread. */
final class Measuring {

    private final int threads;
    private final Map<Task, Sets> tasks = new EnumMap<>(Task.class);

    /** Images to learn a task from, and to be asked about. */
    private record Sets(Puzzle known, Puzzle asked) {}

    /** What turns images into features. */
    private interface Look {
        Features at(ByteBuffer pixels, int count, int side);
    }

    /**
     * @param known labelled images that probes are fitted to
     * @param asked labelled images that they are asked about
     * @param threads of PyTorch
     */
    Measuring(ImageSet known, ImageSet asked, int threads) {
        if (!known.labelled() || !asked.labelled()) {
            throw new RefusalException(
                    "An experiment measures by labels, and some images have none; give --data and --test with labels");
        }
        this.threads = threads;
        tasks.put(Task.LABELS, new Sets(labelled(known), labelled(asked)));
        tasks.put(Task.ROTATION, new Sets(Puzzle.ofTurns(known), Puzzle.ofTurns(asked)));
        tasks.put(Task.CROP, new Sets(Puzzle.ofCrops(known), Puzzle.ofCrops(asked)));
    }

    private static Puzzle labelled(ImageSet images) {
        return new Puzzle(images.pixels(), images.count(), images.side(), images.labels());
    }

    /**
     * Measures an encoder.
     *
     * @param encoder an {@code encoder.pt} with its head
     * @param stopped asked between two measures
     * @return a figure for each measure; fewer if it was stopped
     */
    Map<Measure, Double> encoder(Path encoder, Collection<Measure> measures, BooleanSupplier stopped) {
        try (Torch torch = Torch.open(threads);
                Embedder features = Embedder.load(torch, encoder);
                Embedder embeddings = Embedder.loadWithHead(torch, encoder);
                Probe probe = Probe.on(torch)) {
            Map<Measure, Double> figures = new EnumMap<>(Measure.class);
            for (boolean embedding : List.of(false, true)) {
                Embedder embedder = embedding ? embeddings : features;
                Look look = (pixels, count, side) -> embedder.embed(pixels, count, side, side);
                List<Measure> wanted = measures.stream()
                        .filter(measure -> measure.embedding() == embedding)
                        .toList();
                measure(probe, look, wanted, stopped, figures);
            }
            return figures;
        }
    }

    /** Measures raw pixels, where an encoder has its features. */
    Map<Measure, Double> pixels(Collection<Measure> measures, BooleanSupplier stopped) {
        try (Torch torch = Torch.open(threads);
                Probe probe = Probe.on(torch)) {
            Map<Measure, Double> figures = new EnumMap<>(Measure.class);
            List<Measure> wanted =
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
            Probe probe, Look look, List<Measure> wanted, BooleanSupplier stopped, Map<Measure, Double> figures) {
        for (Task task : Task.values()) {
            List<Measure> ofTask =
                    wanted.stream().filter(measure -> measure.task() == task).toList();
            if (ofTask.isEmpty() || stopped.getAsBoolean()) {
                continue;
            }
            Puzzle known = tasks.get(task).known();
            Puzzle asked = tasks.get(task).asked();
            Features toKnow = look.at(known.pixels(), known.count(), known.side());
            Features toAsk = look.at(asked.pixels(), asked.count(), asked.side());
            for (Measure measure : ofTask) {
                figures.put(measure, figure(measure, probe, toKnow, known.ways(), toAsk, asked.ways()));
            }
        }
    }

    private static double figure(
            Measure measure, Probe probe, Features known, int[] knownWays, Features asked, int[] askedWays) {
        if (measure == Measure.KNN_H || measure == Measure.KNN_Z) {
            int voters = Math.min(Probing.NEIGHBOURS, known.rows());
            return probe.nearest(asked, known, voters).majority(knownWays, askedWays, voters);
        }
        return probe.linear(known, knownWays, asked, askedWays).accuracy();
    }
}
