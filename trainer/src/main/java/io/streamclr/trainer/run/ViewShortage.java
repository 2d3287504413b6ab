package io.streamclr.trainer.run;

import io.streamclr.trainer.settings.TrainConfig;
import java.time.Duration;
import java.util.Optional;

/**
 * Notices that a run waits for views that nobody draws: there are some, they are fewer than a block takes, and they do
 * not get more. Has no clock: the time comes as an argument.
 */
final class ViewShortage {

    /** A job that starts again after a broker that was away needs some time until its next view. */
    static final Duration PATIENCE = Duration.ofSeconds(45);

    private final String run;
    private final String topic;
    private final int batchPairs;
    private final int blockBatches;
    /** Of a batch; the others come from the memory. */
    private final int freshPairs;

    private int gathered = -1;
    private long since;
    private boolean warned;

    ViewShortage(TrainConfig config) {
        run = config.runId();
        topic = config.topics().views();
        batchPairs = config.feed().batchPairs();
        blockBatches = config.batching().blockBatches();
        freshPairs = batchPairs - config.remembering().memory().replayedPairs(batchPairs);
    }

    /**
     * What to tell the person who waits; once for each time that it comes to that.
     *
     * @param ready view pairs that lie ready for the next block
     * @param nanos the time, on a clock that only goes forwards
     */
    Optional<String> look(int ready, long nanos) {
        if (ready != gathered) {
            gathered = ready;
            since = nanos;
            warned = false;
            return Optional.empty();
        }
        if (warned || nanos - since < PATIENCE.toNanos()) {
            return Optional.empty();
        }
        warned = true;
        int block = blockBatches * freshPairs;
        return Optional.of("Run " + run + " waits for views: it shuffles " + blockBatches + " batches of " + freshPairs
                + " fresh pairs together, which takes " + block + ", and topic " + topic + " has " + ready
                + " for that and got no more in " + PATIENCE.toSeconds()
                + " s; have more rendered (streamclr augment with more images, --passes or --ahead, or with"
                + " --follow)" + whatFits(ready));
    }

    private String whatFits(int ready) {
        if (ready >= freshPairs) {
            return ", or begin another run with --block " + ready / freshPairs;
        }
        return ready >= 2 && freshPairs == batchPairs
                ? ", or begin another run with --batch-size " + ready + " --block 1"
                : "";
    }
}
