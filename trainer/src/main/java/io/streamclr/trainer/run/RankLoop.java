package io.streamclr.trainer.run;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.feed.Feed;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.owner.RunOwner;
import io.streamclr.trainer.settings.Schedule;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.step.StepAbandoned;
import io.streamclr.trainer.step.StepWatch;
import io.streamclr.trainer.step.TrainingStep.Trained;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.watch.StepClock;
import io.streamclr.trainer.watch.TrainingListener.Computing;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import io.streamclr.trainer.watch.TrainingMeters;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a rank other than the first does from step to step: it trains on its part of each batch. It saves nothing and
 * measures nothing, since the first rank has the same weights.
 */
final class RankLoop implements StepWatch {

    private static final Logger LOG = LoggerFactory.getLogger(RankLoop.class);

    private final TrainConfig config;
    private final RunOwner owner;
    private final Feed feed;
    private final Learner learner;
    private final RankAgreement together;
    private final RunControl control;
    private final TrainingMeters meters;
    private final StepClock stepClock = new StepClock(System::nanoTime);
    private final BatchWait batches;
    private final LearningRate plan;

    /** Where the feed stood after each step since the newest checkpoint. */
    private final NavigableMap<Long, FeedPosition> unsaved = new TreeMap<>();

    private long step;
    private long pairs;
    private double loss = Double.NaN;
    private boolean begun;
    private StepReport latest;

    RankLoop(
            TrainConfig config,
            RunOwner owner,
            Feed feed,
            Learner learner,
            RankAgreement together,
            Optional<Checkpoint> from,
            RunControl control,
            TrainingMeters meters) {
        this.config = config;
        this.owner = owner;
        this.feed = feed;
        this.learner = learner;
        this.together = together;
        this.control = control;
        this.meters = meters;
        Schedule schedule = config.learning().schedule();
        plan = RatePlan.of(schedule, from);
        step = from.map(checkpoint -> checkpoint.origin().step()).orElse(0L);
        pairs = from.map(Checkpoint::pairs).orElse(0L);
        latest = StepReport.before(step, pairs);
        batches = new BatchWait(config, feed, meters::waiting);
    }

    Training.Outcome follow() throws InterruptedException {
        LOG.info(
                "training begins run={} rank={} step={}",
                config.runId(),
                config.share().rank(),
                step);
        meters.watchLag(feed);
        long before = pairs;
        long begin = System.nanoTime();
        while (step < RatePlan.end(config.learning().schedule(), plan)) {
            Optional<Batch> next = control.stop.unlessAsked(() -> batches.next(latest));
            if (!together.goOn(next.isPresent())) {
                next.ifPresent(Batch::close);
                break;
            }
            control.computing = true;
            try (Batch batch = next.orElseThrow()) {
                train(batch);
            } catch (StepAbandoned stopped) {
                break;
            } finally {
                control.computing = false;
            }
            together.compare(step, learner::digest);
        }
        together.part();
        double seconds = (System.nanoTime() - begin) / 1e9;
        LOG.info(
                "training ends run={} rank={} step={}",
                config.runId(),
                config.share().rank(),
                step);
        double share = seconds > 0 ? Math.min(1, feed.waitedSeconds() / seconds) : 0;
        return new Training.Outcome(step, pairs, pairs - before, seconds, loss, share, Optional.empty());
    }

    private void train(Batch batch) {
        if (batch.step() != step + 1) {
            throw new IllegalStateException("The feed gave the batch of step " + batch.step() + " after step " + step);
        }
        if (!begun) {
            begun = true;
            learner.fit(batch.height(), together.ranksHere());
        }
        double rate = plan.at(batch.step());
        together.say(feed.position(), learner.wayOfConvolutions(), 0);
        stepClock.begin(batch.step()).ifPresent(this::say);
        Trained trained = learner.train(batch, rate, this);
        double seconds = stepClock.end();
        loss = trained.loss();
        owner.requireLately();
        if (!trained.moved()) {
            throw new RefusalException("The loss or a gradient of step " + batch.step()
                    + " is not finite, so training stopped; rank 0 says more");
        }
        step = batch.step();
        pairs += config.batching().pairs();
        feed.showAllTrained();
        unsaved.put(step, feed.position());
        Optional.ofNullable(unsaved.get(together.saved())).ifPresent(feed::showSaved);
        unsaved.headMap(together.saved(), true).clear();
        latest = batches.trained(new StepReport(step, loss, rate, pairs, 0, 0, seconds));
        meters.count(latest, config.batching().pairs(), batch.pairs(), trained.leftOut(), learner.openArrays());
        meters.repeated(feed.repetitions());
        meters.used(batch.arrivedAt());
    }

    @Override
    public boolean goesOn() {
        return !control.stop.asked();
    }

    @Override
    public void passed(int done, int of) {
        stepClock.passed(done, of).ifPresent(this::say);
    }

    private void say(Computing part) {
        meters.computing(part);
    }
}
