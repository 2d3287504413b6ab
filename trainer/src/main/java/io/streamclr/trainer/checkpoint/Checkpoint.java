package io.streamclr.trainer.checkpoint;

import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.optimiser.LearningRate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything that a run needs to go on as if it had never stopped.
 *
 * @param origin run, step, seed and what the views were
 * @param pairs how many view pairs were trained so far, repetitions counted
 * @param settings what must stay the same while the run lasts, as the command line has it, by option
 * @param rounding what may change, and changes no more than how numbers are rounded, likewise; what an older version
 *     did not write down is missing
 * @param rate the plan of the learning rate, a begun cool-down included
 * @param feedPosition where the feed goes on, in the feed's own form; owned by this record
 * @param values of every tensor of the network, by name
 * @param optimiser the optimiser's state: by its name, one array for each trained tensor in order
 */
public record Checkpoint(
        Architecture architecture,
        EncoderFiles.Origin origin,
        long pairs,
        Map<String, String> settings,
        Map<String, String> rounding,
        LearningRate rate,
        byte[] feedPosition,
        Map<String, float[]> values,
        Map<String, List<float[]>> optimiser) {

    /**
     * The checkpoint of a step, for one who only reads.
     *
     * @param folder of the run
     * @throws io.streamclr.schemas.RefusalException if there is none, naming the steps that have one, or it is damaged
     */
    public static Checkpoint read(Path folder, long step, Architecture architecture) {
        Path place = SavedSteps.require(folder, step);
        try {
            return CheckpointForm.read(place, architecture);
        } catch (IOException unreadable) {
            throw SavedSteps.refusal("The checkpoint " + place, unreadable);
        }
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "Checkpoint[" + origin.runId() + ", step " + origin.step() + "]";
    }
}
