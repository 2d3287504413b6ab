package io.streamclr.local.experiment;

import io.streamclr.console.chart.ChartFolder;
import io.streamclr.console.chart.HeatMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Streams in several orders, each seen once, by several memories; beside them the bound, which sees shuffled images ten
 * times. All have the same number of updates.
 *
 * <p>Near duplicates are masked by the cosine of their embeddings: picture hashes would miss most frames of these bursts,
 * which are shifted by up to two thirds of a cell.
 */
final class StreamExperiment implements Experiment {

    private static final String ORDER = "stream";
    private static final String MEMORY = "memory";
    private static final String MASKING = "near duplicates";

    private static final int BATCH = 128;

    /** Batches that are shuffled together: few, so that a stream in order stays in order. */
    private static final int BLOCK = 2;

    /** Steps for each batch that comes. */
    private static final int UPDATES = 10;

    /** A memory holds this part of its stream. */
    private static final int PART = 8;

    private final List<PlannedRun> runs = new ArrayList<>();
    private String recipe = "";

    @Override
    public String name() {
        return "stream";
    }

    @Override
    public List<PlannedRun> runs(ExperimentSettings settings, BaseRecipe base, Path folder) {
        runs.clear();
        recipe = base.text();
        int unit = BATCH * BLOCK * StreamOrder.FRAMES;
        int images = (int) Math.max(unit, Math.min(settings.pairs() / UPDATES, settings.images()) / unit * unit);
        long pairs = (long) images * UPDATES;
        Path streams = folder.resolve("streams");
        Path data = Path.of(settings.data());
        Map<StreamOrder, Path> places = new LinkedHashMap<>();
        for (StreamOrder order : StreamOrder.values()) {
            places.put(order, order.write(data, images, streams));
        }
        add("bound", "ten passes", false, "", places.get(StreamOrder.SHUFFLED), images, pairs);
        for (boolean masked : new boolean[] {false, true}) {
            String calm = memory("reservoir", images / PART, UPDATES * StreamOrder.FRAMES);
            add("calm", "reservoir", masked, calm, places.get(StreamOrder.CALM), images / StreamOrder.FRAMES, pairs);
            for (StreamOrder order :
                    List.of(StreamOrder.SHUFFLED, StreamOrder.SORTED, StreamOrder.TWO_ROUNDS, StreamOrder.BURSTS)) {
                // The newest batch alone, trained on again and again.
                add(order, "none", masked, memory("fifo", BATCH, UPDATES), places, images, pairs);
                for (String policy : List.of("fifo", "reservoir", "minred", "centroid")) {
                    add(order, policy, masked, memory(policy, images / PART, UPDATES), places, images, pairs);
                }
            }
        }
        return List.copyOf(runs);
    }

    private static String memory(String policy, int size, int updates) {
        return " --memory " + policy + " --memory-size " + size + " --updates " + updates;
    }

    private void add(
            StreamOrder order,
            String memory,
            boolean masked,
            String options,
            Map<StreamOrder, Path> places,
            int images,
            long pairs) {
        add(order.word(), memory, masked, options, places.get(order), images, pairs);
    }

    private void add(String stream, String memory, boolean masked, String options, Path place, int images, long pairs) {
        Map<String, String> at = new LinkedHashMap<>();
        at.put(ORDER, stream);
        at.put(MEMORY, memory);
        at.put(MASKING, masked ? "masked" : "kept");
        runs.add(new PlannedRun(
                stream + "-" + memory.replace(' ', '-') + (masked ? "-masked" : ""),
                at,
                recipe,
                images,
                pairs,
                UsualTraining.of(BATCH, BLOCK) + options + (masked ? " --mask-near-duplicates 0.95" : ""),
                List.of(TrialMetric.KNN_H, TrialMetric.LINEAR_H),
                place.toString()));
    }

    @Override
    public void draw(Outcome outcome, ChartFolder charts) {
        Set<String> streams = new LinkedHashSet<>();
        Set<String> memories = new LinkedHashSet<>();
        Map<List<String>, Double> figures = new LinkedHashMap<>();
        for (PlannedRun run : outcome.runs()) {
            streams.add(run.at().get(ORDER));
            String memory = run.at().get(MEMORY) + (run.at().get(MASKING).equals("masked") ? ", masked" : "");
            memories.add(memory);
            outcome.figure(run, TrialMetric.LINEAR_H)
                    .ifPresent(figure -> figures.put(List.of(memory, run.at().get(ORDER)), 100 * figure.mean()));
        }
        if (figures.isEmpty()) {
            return;
        }
        List<List<Double>> values = new ArrayList<>();
        for (String memory : memories) {
            values.add(streams.stream()
                    .map(stream -> figures.getOrDefault(List.of(memory, stream), Double.NaN))
                    .toList());
        }
        charts.write(
                name(),
                new HeatMap(
                        "Linear accuracy on h after one pass, %",
                        "stream", "memory", List.copyOf(streams), List.copyOf(memories), values, 1));
    }
}
