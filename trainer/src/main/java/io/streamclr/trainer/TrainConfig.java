package io.streamclr.trainer;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.feed.FeedConfig;
import io.streamclr.trainer.feed.Mix;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.memory.MemoryPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Fall;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.step.TeacherPlan;
import io.streamclr.trainer.torch.TorchDevice;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * All that a run of training is told.
 *
 * @param viewsTopic where view pairs come from
 * @param batchesTopic where every batch is named before it is trained
 * @param encodersTopic where saved encoders are announced
 * @param runId letters, digits, dots, dashes and underscores, 64 at most; the name to resume under
 * @param checkpoints the folder that holds the folders of runs
 * @param batchPairs view pairs in a batch
 * @param blockBatches batches that are shuffled together
 * @param chunkViews views that go through the network at once; at least twice {@code batchPairs} for one pass
 * @param rate the plan of the learning rate
 * @param steps where the run ends, counted from its beginning; 0 for no end
 * @param coolDownSteps how many of the last of {@code steps} the rate takes to fall to 0; 0 for none
 * @param fall the form of every cool-down
 * @param seed of weights and shuffles
 * @param threads of PyTorch; resuming with another number is exact to rounding only
 * @param devices that share each batch, the first of them with the loss and the optimiser
 * @param saveEvery steps between checkpoints
 * @param keep checkpoints to keep
 * @param watch how the run's health is watched
 * @param memory what the run remembers and trains on again
 * @param teacher how it holds on to what it knew of that
 */
public record TrainConfig(
        KafkaConnection kafka,
        String viewsTopic,
        String batchesTopic,
        String encodersTopic,
        String runId,
        Path checkpoints,
        int batchPairs,
        int blockBatches,
        int chunkViews,
        LossPlan loss,
        NetworkPlan network,
        UpdateRule rule,
        LearningRate rate,
        long steps,
        long coolDownSteps,
        Fall fall,
        long seed,
        int threads,
        List<TorchDevice> devices,
        int saveEvery,
        int keep,
        WatchPlan watch,
        MemoryPlan memory,
        TeacherPlan teacher) {

    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** @throws RefusalException if a value is out of its range */
    public TrainConfig {
        Objects.requireNonNull(kafka, "kafka");
        Objects.requireNonNull(watch, "watch");
        requireRun(runId);
        devices = List.copyOf(devices);
        // The journal of an older release says nothing of a memory.
        memory = memory == null ? MemoryPlan.NONE : memory;
        teacher = teacher == null ? TeacherPlan.NONE : teacher;
        if (teacher.teaches() && !memory.remembers()) {
            throw new RefusalException("A teacher has nothing to teach without a memory, because it looks at replayed"
                    + " images; give --memory, or leave out --teacher-weight");
        }
        if (devices.isEmpty() || batchPairs < 2 * devices.size()) {
            throw new RefusalException("A batch of " + batchPairs + " pairs cannot be shared by " + devices.size()
                    + " devices; give one device or more, and 2 pairs for each");
        }
        if (chunkViews < 4) {
            throw new RefusalException(
                    "A chunk of " + chunkViews + " views is too small for batch normalisation; 4 is the least");
        }
        if (steps < 0 || coolDownSteps < 0 || (steps > 0 && coolDownSteps >= steps)) {
            throw new RefusalException("The cool-down of " + coolDownSteps + " steps does not fit into " + steps
                    + " steps; a tenth to a third of them is usual");
        }
        if (threads < 1 || threads > 1024) {
            throw new RefusalException("PyTorch cannot run with " + threads + " threads; give 1 or more, at most 1024");
        }
        if (saveEvery < 1 || keep < 1) {
            throw new RefusalException("Checkpoints cannot be saved every " + saveEvery + " steps and kept " + keep
                    + " deep; both must be 1 or more");
        }
        feed(kafka, viewsTopic, batchesTopic, runId, batchPairs, blockBatches, seed, memory);
    }

    /**
     * Holds the name of a run against what may name a folder.
     *
     * @throws RefusalException if it may not
     */
    static void requireRun(String name) {
        if (!RUN.matcher(name).matches() || name.startsWith(".")) {
            throw new RefusalException("The run '" + name.replaceAll("\\p{Cntrl}", "?")
                    + "' cannot name a folder; use letters, digits, dots, dashes and underscores, 64 at most");
        }
    }

    /** What the feed is told. */
    FeedConfig feed() {
        return feed(kafka, viewsTopic, batchesTopic, runId, batchPairs, blockBatches, seed, memory);
    }

    private static FeedConfig feed(
            KafkaConnection kafka,
            String views,
            String batches,
            String run,
            int pairs,
            int block,
            long seed,
            MemoryPlan memory) {
        Mix mix = new Mix(memory.replayedPairs(pairs), memory.updates());
        return new FeedConfig(kafka, views, batches, run, pairs, block, seed, groupOf(run), mix);
    }

    /**
     * How many view pairs must be there for so many steps: fresh ones are read in whole blocks.
     *
     * @param steps 1 or more
     */
    public long freshPairs(long steps) {
        long fresh = (steps + memory.updates() - 1) / memory.updates();
        long blocks = (fresh + blockBatches - 1) / blockBatches;
        return blocks * blockBatches * (batchPairs - memory.replayedPairs(batchPairs));
    }

    /** The consumer group under which the trained offsets are shown; a job that looks ahead takes its bearings there. */
    public String monitoringGroup() {
        return groupOf(runId);
    }

    private static String groupOf(String run) {
        return "streamclr-trainer-" + run;
    }

    /** The run's own folder. */
    public Path folder() {
        return checkpoints.resolve(runId);
    }

    /** The learning rate's plan of a run that starts afresh, with the cool-down at the end of its steps. */
    LearningRate plan() {
        return steps > 0 && coolDownSteps > 0 ? rate.coolingDown(steps - coolDownSteps, coolDownSteps, fall) : rate;
    }

    /** What must not change while a run lasts, by option. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("--batch", Integer.toString(batchPairs));
        settings.put("--block", Integer.toString(blockBatches));
        settings.put("--chunk", Integer.toString(Math.min(chunkViews, 2 * batchPairs)));
        settings.put("--devices", Integer.toString(devices.size()));
        settings.put("--loss", loss.formula().toString());
        settings.put("--temperature", Double.toString(loss.temperature()));
        settings.put("--mask-near-duplicates", Double.toString(loss.nearDuplicates()));
        settings.put(
                "--mask-picture-hash",
                loss.comparesPictures() ? loss.alikeBits().toString() : "none");
        settings.put("--same-image", loss.sameImage().toString());
        settings.put("--optimiser", rule.toString());
        settings.put("--depth", Integer.toString(network.depth()));
        settings.put("--width", Double.toString(network.width()));
        settings.put("--stem", network.stem().toString());
        settings.put("--stages", Integer.toString(network.stages()));
        settings.put("--head", network.head().toString());
        settings.put("--norm", network.norm().toString());
        settings.put("--zero-gamma", Boolean.toString(network.zeroGamma()));
        settings.put("--pixels", network.pixels().toString());
        settings.put("--seed", Long.toString(seed));
        settings.put("--memory", memory.policy().toString());
        settings.put("--memory-size", Integer.toString(memory.capacity()));
        settings.put("--replayed-share", Double.toString(memory.replayedShare()));
        settings.put("--updates", Integer.toString(memory.updates()));
        settings.put("--teacher-weight", Double.toString(teacher.weight()));
        settings.put("--teacher-decay", Double.toString(teacher.decay()));
        return settings;
    }

    /** What may change while a run lasts, and changes how numbers are rounded, by option. */
    Map<String, String> rounding() {
        return Map.of(
                "--threads", Integer.toString(threads),
                "--precision", network.precision().toString());
    }
}
