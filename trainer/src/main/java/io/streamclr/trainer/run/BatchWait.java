package io.streamclr.trainer.run;

import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.feed.Feed;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import io.streamclr.trainer.watch.TrainingRate;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a run's batches, says each second while there is none, and measures how fast they are trained. For one thread. */
final class BatchWait {

    private static final Logger LOG = LoggerFactory.getLogger(BatchWait.class);
    private static final Duration BETWEEN_NEWS = Duration.ofSeconds(1);

    private final Feed feed;
    private final int pairs;
    private final ViewShortage shortage;
    private final Consumer<StepReport> waiting;
    private final TrainingRate pace = new TrainingRate();

    /** @param waiting is given the last step's report with the rates of now, each second without a batch */
    BatchWait(TrainConfig config, Feed feed, Consumer<StepReport> waiting) {
        this.feed = feed;
        this.waiting = waiting;
        this.pairs = config.batching().pairs();
        this.shortage = new ViewShortage(config);
    }

    /** @param latest the last step's report */
    Batch next(StepReport latest) throws InterruptedException {
        Optional<Batch> next = feed.next(BETWEEN_NEWS);
        while (next.isEmpty()) {
            pace.pass(feed.waitedSeconds());
            waiting.accept(latest.at(pace.pairsPerSecond(), pace.waitingShare()));
            shortage.look(feed.gathered(), System.nanoTime()).ifPresent(LOG::warn);
            next = feed.next(BETWEEN_NEWS);
        }
        return next.get();
    }

    /** Counts a step. @return its report with the rates of now */
    StepReport trained(StepReport step) {
        pace.count(pairs, feed.waitedSeconds());
        return step.at(pace.pairsPerSecond(), pace.waitingShare());
    }
}
