package io.streamclr.console.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.probe.ResultFile;
import io.streamclr.trainer.record.FigureLines;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A run as its folder shows it, whether or not it is at work.
 *
 * @param name unlike that of other runs on the page
 * @param folder only read
 */
record RecordedRun(String name, Path folder) {

    static RecordedRun at(Path folder) {
        return new RecordedRun(folder.toAbsolutePath().normalize().getFileName().toString(), folder);
    }

    /** Whether a folder holds a run's records. */
    static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(FigureLines.FILE))
                || Files.isRegularFile(folder.resolve("run.jsonl"));
    }

    /**
     * Curves, settings and results of it.
     *
     * @param from the first step of the curves, which have about a thousand points between the two
     * @param to the last
     */
    ObjectNode json(long from, long to) {
        History history = new History();
        new StepCurves(folder, history, new Checkpoints(folder)).read(from, to);
        ObjectNode all = JsonNodeFactory.instance.objectNode().put("name", name);
        all.set("curves", history.since(-1).curves());
        all.set("settings", RunSettings.in(folder));
        all.set("results", ResultFile.read(folder));
        return all;
    }
}
