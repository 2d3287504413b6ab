package io.streamclr.console.replay;

import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.feed.BatchReplay;
import io.streamclr.trainer.feed.BatchReplay.RememberedViews;
import io.streamclr.trainer.views.RankShare;
import io.streamclr.trainer.views.ViewRenderer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** The batches of all ranks of a run, made again step by step. */
final class RunReplays implements AutoCloseable {

    private final List<LoggedRun> logged;
    private final List<BatchReplay> replays = new ArrayList<>();

    private RunReplays(List<LoggedRun> logged) {
        this.logged = logged;
    }

    /**
     * Opens them.
     *
     * @param run its name; of a rank of a run of several, as the topic of batches has it, for its batches alone
     * @param after 0 for the run's beginning
     * @param to the last step, or the last that all ranks have logged where that comes first
     */
    static RunReplays open(
            KafkaConnection kafka,
            String batchesTopic,
            String viewsTopic,
            String run,
            long after,
            long to,
            ViewRenderer renderer) {
        List<LoggedRun> logged = new ArrayList<>(List.of(LoggedRun.read(kafka, batchesTopic, run, after, to)));
        // The name of a later rank stands for it alone.
        int ranks = run.contains("/") ? 1 : logged.get(0).ranks();
        for (int rank = 1; rank < ranks; rank++) {
            String name = new RankShare(rank, ranks).nameOf(run);
            logged.add(LoggedRun.read(kafka, batchesTopic, name, after, to));
        }
        RunReplays replays = new RunReplays(logged);
        try {
            logged.forEach(each -> replays.replays.add(BatchReplay.open(kafka, viewsTopic, each, renderer)));
            return replays;
        } catch (RuntimeException refused) {
            replays.close();
            throw refused;
        }
    }

    /** What becomes of the batches of a step: one of each rank, and the ranks whose batch differs from its digest. */
    interface Step {
        void made(List<Batch> batches, List<Integer> differing);
    }

    /** Makes one step after the other. */
    void each(Step step) {
        for (long left = steps(); left > 0; left--) {
            List<Batch> batches = new ArrayList<>();
            List<Integer> differing = new ArrayList<>();
            try {
                for (BatchReplay replay : replays) {
                    Optional<RememberedViews> next = replay.next();
                    if (!next.orElseThrow().same()) {
                        differing.add(batches.size());
                    }
                    batches.add(next.get().batch());
                }
                step.made(batches, differing);
            } finally {
                batches.forEach(Batch::close);
            }
        }
    }

    /** Steps that all ranks have logged. */
    long steps() {
        return logged.stream().mapToLong(run -> run.batches().size()).min().orElseThrow();
    }

    int ranks() {
        return logged.size();
    }

    /** The last step that all ranks have logged. */
    long lastStep() {
        return logged.stream().mapToLong(LoggedRun::lastStep).min().orElseThrow();
    }

    /** A figure of all replays together. */
    long sum(ToLongFunction<BatchReplay> figure) {
        return replays.stream().mapToLong(figure).sum();
    }

    @Override
    public void close() {
        replays.forEach(BatchReplay::close);
    }
}
