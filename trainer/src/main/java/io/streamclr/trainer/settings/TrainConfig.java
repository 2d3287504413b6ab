package io.streamclr.trainer.settings;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.memory.MemoryPlan;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.Mix;
import io.streamclr.trainer.views.RankShare;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * All settings of a training run. No two components are of one type, so none can stand in another's place.
 *
 * @param runId letters, digits, dots, dashes and underscores, 64 at most; the name to resume under
 * @param seed of weights and shuffles
 * @param topics where it reads and says what it does
 * @param saving where it saves
 * @param batching how view pairs become batches
 * @param learning what learns, and how
 * @param computing what computes
 * @param watch how the run's health is watched
 * @param remembering what it holds on to
 * @param share which part of it this process has
 */
public record TrainConfig(
        String runId,
        long seed,
        RunTopics topics,
        Saving saving,
        Batching batching,
        Learning learning,
        Computing computing,
        HealthWatchPlan watch,
        Remembering remembering,
        RankShare share) {

    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** @throws RefusalException if a value is out of its range, or two do not go together */
    public TrainConfig {
        Objects.requireNonNull(learning, "learning");
        Objects.requireNonNull(watch, "watch");
        requireRun(runId);
        int sharing = computing.devices().size();
        if (sharing == 0) {
            throw RefusalException.ofUsage("There is no device to train on; give --device cpu or gpu:0");
        }
        if (batching.pairs() < 2 * sharing) {
            throw RefusalException.ofUsage("--batch-size is " + batching.pairs() + ", but it must be " + 2 * sharing
                    + " or more: each device compares 2 pairs at least"
                    + (sharing == 1 ? "" : ", and there are " + sharing));
        }
        if (share.isPart()) {
            requirePart(batching, computing, remembering, share);
        }
        feed(runId, seed, topics, batching, remembering.memory(), share);
    }

    /** A run of one process. */
    public TrainConfig(
            String runId,
            long seed,
            RunTopics topics,
            Saving saving,
            Batching batching,
            Learning learning,
            Computing computing,
            HealthWatchPlan watch,
            Remembering remembering) {
        this(runId, seed, topics, saving, batching, learning, computing, watch, remembering, RankShare.WHOLE);
    }

    private static void requirePart(Batching batching, Computing computing, Remembering remembering, RankShare share) {
        if (batching.pairs() % share.ranks() != 0 || batching.pairs() < 2 * share.ranks()) {
            throw RefusalException.ofUsage("--batch-size is " + batching.pairs() + ", and " + share.ranks()
                    + " ranks cannot have equal parts of 2 pairs or more of it; give a multiple of " + share.ranks()
                    + ", " + 2 * share.ranks() + " or more");
        }
        if (computing.devices().size() > 1) {
            throw RefusalException.ofUsage("Each of several ranks has one device, not "
                    + computing.devices().size() + "; give --device one, and start a rank for each");
        }
        if (remembering.memory().remembers()) {
            throw RefusalException.ofUsage("--memory is for a run of one process, and this one has " + share.ranks()
                    + " ranks; leave it out, or train with one");
        }
    }

    /**
     * Holds the name of a run against what may name a folder.
     *
     * @throws RefusalException if it may not
     */
    public static void requireRun(String name) {
        if (!RUN.matcher(name).matches() || name.startsWith(".")) {
            throw RefusalException.ofUsage("The run '" + name.replaceAll("\\p{Cntrl}", "?")
                    + "' cannot name a folder; use letters, digits, dots, dashes and underscores, 64 at most");
        }
    }

    /** The settings of the feed. */
    public FeedConfig feed() {
        return feed(runId, seed, topics, batching, remembering.memory(), share);
    }

    /** The same as one of its ranks has it. @param localRank number among the ranks of its machine, from 0 */
    public TrainConfig as(RankShare rank, int localRank) {
        Computing own = rank.isPart() ? computing.ofProcess(localRank) : computing;
        return new TrainConfig(runId, seed, topics, saving, batching, learning, own, watch, remembering, rank);
    }

    private static FeedConfig feed(
            String run, long seed, RunTopics topics, Batching batching, MemoryPlan memory, RankShare share) {
        Mix mix = new Mix(memory.replayedPairs(batching.pairs()), memory.updates());
        return new FeedConfig(
                topics.kafka(),
                topics.views(),
                topics.batches(),
                share.nameOf(run),
                batching.pairs() / share.ranks(),
                batching.blockBatches(),
                seed,
                groupOf(run),
                mix,
                share);
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
        return saving.checkpoints().resolve(runId);
    }

    /** The same for a run of another name, which reads and saves elsewhere. */
    public TrainConfig elsewhere(String otherRun, RunTopics otherTopics, Saving otherSaving) {
        return new TrainConfig(
                otherRun, seed, otherTopics, otherSaving, batching, learning, computing, watch, remembering, share);
    }

    /** The same by another schedule. */
    public TrainConfig by(Schedule other) {
        return new TrainConfig(
                runId, seed, topics, saving, batching, learning.by(other), computing, watch, remembering, share);
    }
}
