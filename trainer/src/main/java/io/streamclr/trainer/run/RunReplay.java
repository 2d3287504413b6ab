package io.streamclr.trainer.run;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.checkpoint.StartingEncoder;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.settings.Learning;
import io.streamclr.trainer.settings.RunPlace;
import io.streamclr.trainer.settings.Schedule;
import io.streamclr.trainer.settings.TrainConfig;
import java.nio.file.Path;
import java.util.Map;

/**
 * A run that another one repeats: the batches it was fed and all its settings.
 *
 * @param batches from its first step on
 * @param lastStep of its newest checkpoint
 * @param folder where it saved
 */
public record RunReplay(LoggedRun batches, RunJournal journal, long lastStep, Path folder) {

    /**
     * Finds a run.
     *
     * @param checkpoints the folder of the folders of runs
     * @param batchesTopic where its batches are logged
     * @throws RefusalException if it left no checkpoint or journal there, or no batches in the topic
     */
    public static RunReplay of(String run, Path checkpoints, KafkaConnection kafka, String batchesTopic) {
        TrainConfig.requireRun(run);
        Path folder = checkpoints.resolve(run);
        RunJournal journal = RunJournal.read(checkpoints, run, kafka);
        long lastStep = SavedSteps.in(folder).stream()
                .findFirst()
                .orElseThrow(() -> new RefusalException("Run " + run + " has saved nothing in " + folder
                        + ", so its weights cannot be repeated; train it to its first checkpoint"));
        return new RunReplay(LoggedRun.read(kafka, batchesTopic, run, 0, lastStep), journal, lastStep, folder);
    }

    /** The settings of the repeating run: its own place and end, and all else as the other has it. */
    public TrainConfig config(RunPlace place, long steps) {
        TrainConfig settings = journal.settings().elsewhere(place.run(), place.topics(), place.saving());
        Schedule schedule = settings.learning().schedule();
        return settings.by(schedule.ending(steps, 0, schedule.fall()));
    }

    /** The encoder that the run started from, by names of tensors; empty for random weights. */
    public Map<String, float[]> startingEncoder() {
        Learning learning = journal.settings().learning();
        return learning.weights()
                .map(weights -> StartingEncoder.read(folder, Architecture.of(learning.network()), weights))
                .orElse(Map.of());
    }
}
