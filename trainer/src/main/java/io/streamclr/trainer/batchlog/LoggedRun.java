package io.streamclr.trainer.batchlog;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.trainer.views.FeedConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What topic {@code batches} names of a run, one batch a step and no step left out.
 *
 * @param batches in the order of their steps, 1 or more
 */
public record LoggedRun(String runId, List<LoggedBatch> batches) {

    public LoggedRun {
        batches = List.copyOf(batches);
    }

    /**
     * Reads what is logged of a run after step {@code after} and up to step {@code to}, or up to the last logged one
     * where that comes first.
     *
     * @param topic of batches
     * @param after 0 for the run's beginning
     * @throws RefusalException if the topic does not name all of these steps, or names one twice and differently
     */
    public static LoggedRun read(KafkaConnection kafka, String topic, String runId, long after, long to) {
        List<LoggedBatch> batches = new ArrayList<>();
        visit(kafka, topic, runId, batch -> {
            long expected = after + batches.size() + 1;
            long step = batch.step();
            if (step > to || step <= after) {
                return;
            }
            if (step > expected) {
                throw new RefusalException("Topic " + topic + " does not name step " + expected + " of run " + runId
                        + ", although it names step " + step + "; nobody can say what the run was trained on there");
            }
            if (step == expected) {
                batches.add(batch);
                requireSense(batch.manifest(), batches.get(0).manifest(), topic);
            } else if (!batch.manifest()
                    .equals(batches.get((int) (step - after - 1)).manifest())) {
                throw new RefusalException("Topic " + topic + " names step " + step + " of run " + runId
                        + " twice and differently, so two trainers fed the same run and neither can be replayed");
            }
        });
        if (batches.isEmpty()) {
            throw new RefusalException("Topic " + topic + " has no step of run " + runId + " after step " + after
                    + "; ask for earlier ones");
        }
        return new LoggedRun(runId, batches);
    }

    /**
     * Visits everything that is logged of a run, in the order of the topic.
     *
     * @throws RefusalException if nothing is
     */
    public static void visit(KafkaConnection kafka, String topic, String runId, Consumer<LoggedBatch> visitor) {
        boolean[] found = new boolean[1];
        Set<String> others;
        try (Topics topics = Topics.at(kafka)) {
            others = new BatchLogReader(kafka, topic, runId).visit(0, topics, entry -> {
                found[0] = true;
                visitor.accept(entry);
            });
        }
        if (!found[0]) {
            throw new RefusalException("Topic " + topic + " names nothing of run " + runId + "; "
                    + (others.isEmpty()
                            ? "it names no other run either"
                            : "it names " + String.join(", ", others) + ", so give one of them"));
        }
    }

    private static void requireSense(BatchManifest manifest, BatchManifest first, String topic) {
        LoggedBlock block = LoggedBlock.of(manifest);
        long records = manifest.getRanges().stream()
                .mapToLong(range -> range.getRecords())
                .sum();
        long pairs = pairs(manifest);
        if (manifest.getFrom() < 0
                || manifest.getTo() < manifest.getFrom()
                || pairs < 2
                || pairs > FeedConfig.MAX_BATCH_PAIRS
                || pairs != pairs(first)
                || manifest.getRanks() != first.getRanks()
                || manifest.getRanks() < 0
                || manifest.getTo() > records
                || records > FeedConfig.MAX_BLOCK_PAIRS
                || !block.has(records, Integer.MAX_VALUE)) {
            throw new RefusalException("Topic " + topic + " names records for step " + manifest.getStep() + " of run "
                    + manifest.getRunId() + " that make no batch; find out who wrote that");
        }
    }

    /** View pairs in each batch. */
    public int batchPairs() {
        return (int) pairs(batches.get(0).manifest());
    }

    private static long pairs(BatchManifest manifest) {
        return (long) manifest.getTo()
                - manifest.getFrom()
                + manifest.getReplayed().size();
    }

    /** Processes that trained the run together; 1 where it was one. */
    public int ranks() {
        return Math.max(1, batches.get(0).manifest().getRanks());
    }

    /** The last step that is logged here. */
    public long lastStep() {
        return batches.get(batches.size() - 1).step();
    }
}
