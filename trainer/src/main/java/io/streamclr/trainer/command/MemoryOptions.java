package io.streamclr.trainer.command;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.memory.ImageMemory;
import io.streamclr.trainer.memory.MemoryPlan;
import io.streamclr.trainer.memory.MemoryPlan.Policy;
import io.streamclr.trainer.step.TeacherPlan;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options that say what a run remembers of its stream, and how often it trains on that. */
final class MemoryOptions {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})(?i:(MiB|GiB))?");

    @Option(
            names = "--memory",
            paramLabel = "POLICY",
            defaultValue = "none",
            description = "Replay memory, which trains on past images again, with fresh views: fifo (the newest),"
                    + " reservoir (uniform sample), minred (minimum redundancy: the least similar to the encoder),"
                    + " centroid (balanced over clusters of the embedding space), or none (default: ${DEFAULT-VALUE}).")
    private Policy policy;

    @Option(
            names = "--memory-size",
            paramLabel = "N",
            description = "Capacity in images, or off-heap memory, such as 512MiB; it holds positions in the topic of"
                    + " images, no pixels (default: 50000).")
    private Optional<String> size;

    @Option(
            names = "--replayed-share",
            paramLabel = "F",
            description = "Fraction of each batch of fresh views that is replaced from memory, 0 to below 1 (default:"
                    + " 0.5, and 0 with --updates above 1).")
    private Optional<Double> replayedShare;

    @Option(
            names = "--updates",
            paramLabel = "K",
            defaultValue = "1",
            description = "Steps per batch of fresh views; those after the first train from memory only (default:"
                    + " ${DEFAULT-VALUE}).")
    private int updates;

    @Option(
            names = "--teacher-weight",
            paramLabel = "X",
            defaultValue = "0",
            description = "Weight of a distillation loss on replayed images, from a teacher, an exponential moving"
                    + " average (EMA) of the network; 1 is usual (default: ${DEFAULT-VALUE}, no teacher).")
    private double teacherWeight;

    @Option(
            names = "--teacher-decay",
            paramLabel = "X",
            defaultValue = "0.999",
            description = "EMA decay of the teacher's weights per step (default: ${DEFAULT-VALUE}).")
    private double teacherDecay;

    TeacherPlan teacher() {
        return new TeacherPlan(teacherWeight, teacherDecay);
    }

    /** @param dimensions of the run's embeddings */
    MemoryPlan plan(int dimensions) {
        boolean remembers = policy != Policy.NONE;
        int capacity = size.map(given -> capacity(given, dimensions)).orElse(remembers ? 50_000 : 0);
        return new MemoryPlan(policy, capacity, replayedShare.orElse(remembers && updates == 1 ? 0.5 : 0), updates);
    }

    private int capacity(String given, int dimensions) {
        Matcher parts = SIZE.matcher(given.strip());
        if (!parts.matches()) {
            throw RefusalException.ofUsage("The --memory-size '" + given
                    + "' is no number of images or bytes; give one such as 50000, 512MiB or 1GiB");
        }
        long number = Long.parseLong(parts.group(1));
        if (parts.group(2) != null) {
            int shift = parts.group(2).toUpperCase(Locale.ROOT).startsWith("M") ? 20 : 30;
            number = (number << shift) / ImageMemory.bytesEach(policy, dimensions);
        }
        if (number > Integer.MAX_VALUE) {
            throw RefusalException.ofUsage("A --memory-size of " + given + " is " + number
                    + " images, and no memory holds so many; give less");
        }
        return (int) number;
    }
}
