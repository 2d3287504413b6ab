package io.streamclr.console.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.encoder.SavedSteps;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The checkpoints of a run with what was measured of each. For one thread at a time. */
final class Checkpoints {

    private static final int MOST = 50;

    private final TreeMap<Long, Path> folders = new TreeMap<>();
    private final TreeMap<Long, Map<String, Double>> scores = new TreeMap<>();

    /**
     * One that is in place.
     *
     * @param folder of it
     */
    record Saved(long step, Path folder) {}

    /** @param run folder of the run, with the checkpoints of earlier starts; need not exist */
    Checkpoints(Path run) {
        SavedSteps.in(run).forEach(step -> folders.put(step, SavedSteps.place(run, step)));
    }

    void measured(long step, Map<String, Double> gauges) {
        scores.merge(step, gauges, (before, more) -> {
            Map<String, Double> both = new TreeMap<>(before);
            both.putAll(more);
            return both;
        });
        if (scores.size() > MOST) {
            scores.pollFirstEntry();
        }
    }

    /** Gives another list what was measured. */
    void scoresInto(Checkpoints other) {
        scores.forEach(other::measured);
    }

    void saved(long step, Path folder) {
        folders.put(step, folder);
        if (folders.size() > MOST) {
            folders.pollFirstEntry();
        }
    }

    Optional<Saved> newest() {
        return folders.isEmpty()
                ? Optional.empty()
                : Optional.of(new Saved(folders.lastKey(), folders.lastEntry().getValue()));
    }

    /** Newest first, each with what was measured of it. */
    ArrayNode json() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        folders.descendingMap().forEach((step, folder) -> {
            ObjectNode one = all.addObject();
            one.put("step", step);
            one.put("folder", folder.toString());
            ObjectNode measured = one.putObject("scores");
            scores.getOrDefault(step, Map.of()).forEach(measured::put);
        });
        return all;
    }
}
