package io.streamclr.trainer.run;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.card.EncoderCard;
import io.streamclr.trainer.card.EncoderFacts;
import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.checkpoint.RunFolder;
import io.streamclr.trainer.checkpoint.RunFolder.MoreFiles;
import io.streamclr.trainer.consumed.ConsumedViews;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.feed.Feed;
import io.streamclr.trainer.feed.RememberedImages;
import io.streamclr.trainer.health.Forgetting;
import io.streamclr.trainer.health.Health;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.owner.RunOwner;
import io.streamclr.trainer.publish.EncoderAnnouncer;
import io.streamclr.trainer.publish.PublishedForm;
import io.streamclr.trainer.settings.Schedule;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.step.StepAbandoned;
import io.streamclr.trainer.step.StepWatch;
import io.streamclr.trainer.step.TrainingStep.Trained;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.watch.ForgettingFile;
import io.streamclr.trainer.watch.HealthWatch;
import io.streamclr.trainer.watch.HeldOutWatch;
import io.streamclr.trainer.watch.OldDataFile;
import io.streamclr.trainer.watch.OldDataWatch;
import io.streamclr.trainer.watch.OrderWatch;
import io.streamclr.trainer.watch.StepClock;
import io.streamclr.trainer.watch.TrainingListener;
import io.streamclr.trainer.watch.TrainingListener.Computing;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import io.streamclr.trainer.watch.TrainingMeters;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pass through {@link Training#run}: from batch to batch, until the end of the run or until somebody stops it. */
final class RunLoop implements StepWatch, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunLoop.class);

    private static final String STOPPED = ", so training stopped and saved nothing more";

    private final RunPlan run;
    private final TrainConfig config;
    private final Schedule schedule;
    private final RunFolder folder;
    private final RunOwner owner;
    private final Feed feed;
    private final Optional<RememberedImages> remembered;
    private final Learner learner;
    private final EncoderAnnouncer announcer;
    private final Optional<Checkpoint> from;
    private final Optional<RankAgreement> together;
    private final RunControl control;
    private final TrainingMeters meters;
    private final TrainingListener listener;
    private final HealthWatch watch;
    private final Forgetting forgetting;
    private final HeldOutWatch heldOutWatch;
    private final OldDataWatch oldDataWatch;
    private final StepClock stepClock = new StepClock(System::nanoTime);
    private final BatchWait batches;
    private final OrderWatch order;
    private final Optional<RecordedWay> again;
    private final Optional<ConsumedViews> consumed;
    private final SaveClock saves;

    /** Whether a step was trained. */
    private boolean begun;
    /** Whether a checkpoint follows the last step that was done. */
    private boolean saveDue;

    private LearningRate plan;
    private Origin origin;
    private long pairs;
    private long savedStep;
    private Optional<Path> newest;
    private double loss = Double.NaN;
    private StepReport latest;
    /** Where the feed stood after the last step that was done. */
    private FeedPosition trainedUntil;
    /** The same of all ranks; none where there is one. */
    private List<byte[]> positions = List.of();
    /** The last that was trained; closed, and null before the first. */
    private Batch newestBatch;

    RunLoop(RunPlan run, OpenRun open, RunControl control, TrainingMeters meters, TrainingListener listener) {
        this.run = run;
        this.control = control;
        this.meters = meters;
        this.listener = listener;
        config = run.config();
        schedule = config.learning().schedule();
        folder = open.folder();
        owner = open.owner();
        feed = open.feed();
        remembered = open.remembered();
        learner = open.learner();
        announcer = open.announcer();
        from = open.from();
        together = open.together();
        origin = from.map(Checkpoint::origin)
                .orElseGet(() -> Origin.untrained(
                        config.runId(), config.seed(), config.learning().weights()));
        pairs = from.map(Checkpoint::pairs).orElse(0L);
        trainedUntil = feed.position();
        plan = RatePlan.of(schedule, from);
        latest = StepReport.before(origin.step(), pairs);
        savedStep = origin.step();
        newest = from.map(checkpoint -> folder.place(savedStep));
        batches = new BatchWait(config, feed, still -> {
            meters.waiting(still);
            listener.waiting(still);
        });
        order = new OrderWatch(config);
        consumed = run.deletesConsumed()
                ? Optional.of(new ConsumedViews(
                        config.topics().kafka(), config.topics().views(), config.monitoringGroup()))
                : Optional.empty();
        saves = new SaveClock(config.saving().every(), System::nanoTime, from.isEmpty());
        watch = new HealthWatch(config, folder, learner::measure, meters, Clock.systemUTC(), newest);
        forgetting = new Forgetting(run.heldOut().mostForgotten(), ForgettingFile.read(newest));
        heldOutWatch = new HeldOutWatch(run.heldOut(), learner::probeOn, meters, listener, watch, forgetting);
        oldDataWatch = new OldDataWatch(run.oldData(), learner::probeOn, meters, listener, OldDataFile.read(newest));
        again = run.again()
                .map(other -> new RecordedWay(other.journal(), other.batches().runId()));
        again.ifPresent(way -> way.prefer(learner, origin.step() + 1));
    }

    /** After the first step, since how convolutions are computed is found out with it, and before anything is saved. */
    private void noteBeginning() {
        String way = learner.wayOfConvolutions().orElse("");
        run.again()
                .ifPresentOrElse(
                        other -> other.journal().copyTo(config, origin.step(), way),
                        () -> RunJournal.note(config, origin.step(), plan, way, run.preset()));
    }

    Training.Outcome follow() throws InterruptedException {
        LOG.info("training begins run={} step={} pairs={}", config.runId(), origin.step(), pairs);
        meters.watchLag(feed);
        listener.began(origin.step(), pairs);
        long pairsBefore = pairs;
        long begin = System.nanoTime();
        while (origin.step() < end()) {
            Optional<Batch> next = nextOrSave();
            if (!allGoOn(next)) {
                break;
            }
            control.computing = true;
            try (Batch batch = next.orElseThrow()) {
                train(batch);
            } catch (StepAbandoned stopped) {
                // The batch is logged, and comes again when the run goes on.
                LOG.info("step given up because the training is to stop step={}", origin.step() + 1);
                break;
            } finally {
                control.computing = false;
            }
            if (together.isPresent()) {
                together.get().compare(origin.step(), learner::digest);
            }
            if (saveDue) {
                save();
            }
        }
        saveIfTrained();
        if (together.isPresent()) {
            together.get().part();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        LOG.info("training ends run={} step={} pairs={} loss={}", config.runId(), origin.step(), pairs, loss);
        double share = seconds > 0 ? Math.min(1, feed.waitedSeconds() / seconds) : 0;
        return new Training.Outcome(origin.step(), pairs, pairs - pairsBefore, seconds, loss, share, newest);
    }

    private long end() {
        control.coolDown.taken(plan, schedule, origin.step()).ifPresent(changed -> {
            owner.require(folder.isLocked());
            plan = changed;
            RunJournal.note(config, origin.step(), plan);
            LOG.info(
                    "cool-down after={} until={} noted_after={}", plan.coolDownAfter(), plan.lastStep(), origin.step());
        });
        control.endOfCoolDown = plan.coolsDown() && origin.step() >= plan.coolDownAfter()
                ? OptionalLong.of(plan.lastStep())
                : OptionalLong.empty();
        return RatePlan.end(schedule, plan);
    }

    /** Whether there is a batch, of every rank; where a rank is gone, what was trained is saved first. */
    private boolean allGoOn(Optional<Batch> next) throws InterruptedException {
        if (together.isEmpty()) {
            return next.isPresent();
        }
        boolean all = false;
        try {
            all = together.get().goOn(next.isPresent());
        } catch (RefusalException gone) {
            saveIfTrained();
            throw gone;
        } finally {
            if (!all) {
                next.ifPresent(Batch::close);
            }
        }
        return all;
    }

    /** The next batch, unless the training is to stop; where there will be none, what was trained is saved first. */
    private Optional<Batch> nextOrSave() throws InterruptedException {
        try {
            return control.stop.unlessAsked(() -> batches.next(latest));
        } catch (RefusalException nothingMore) {
            saveIfTrained();
            throw nothingMore;
        }
    }

    private void train(Batch batch) {
        if (batch.step() != origin.step() + 1) {
            throw new IllegalStateException(
                    "The feed gave the batch of step " + batch.step() + " after step " + origin.step());
        }
        double rate =
                run.again().map(other -> other.journal().rateOf(batch.step())).orElseGet(() -> plan.at(batch.step()));
        if (!begun) {
            learner.fit(batch.height(), together.map(RankAgreement::ranksHere).orElse(1));
        }
        oldDataWatch.before(batch, origin.step());
        together.ifPresent(ranks -> ranks.say(feed.position(), learner.wayOfConvolutions(), savedStep));
        stepClock.begin(batch.step()).ifPresent(this::say);
        Trained trained = learner.train(batch, rate, this);
        double seconds = stepClock.end();
        if (!begun) {
            begun = true;
            from.ifPresent(before -> OtherRounding.warn(config.runId(), before, learner.rounding()));
            noteBeginning();
        }
        again.ifPresent(way -> way.compare(batch.step(), learner.wayOfConvolutions()));
        loss = trained.loss();
        // Before anybody hears of the step: the process may have been paused, and replaced.
        owner.requireLately();
        if (!trained.moved()) {
            String what = Double.isFinite(loss)
                    ? "A gradient of step " + batch.step() + " is not finite"
                    : "The loss of step " + batch.step() + " is " + loss;
            throw watch.notFinite(what + STOPPED, batch, loss);
        }
        origin = origin.after(
                batch.step(), batch.recipe(), batch.manifest().getRecipeText(), batch.height(), batch.width());
        pairs += config.batching().pairs();
        together.ifPresent(ranks -> positions = ranks.positions());
        trainedUntil = feed.position();
        remembered.ifPresent(memory -> memory.trained(batch.step(), trained.embeddings()));
        feed.showAllTrained();
        latest = batches.trained(new StepReport(batch.step(), loss, rate, pairs, 0, 0, seconds));
        meters.count(latest, config.batching().pairs(), batch.pairs(), trained.leftOut(), learner.openArrays());
        meters.repeated(feed.repetitions());
        remembered.ifPresent(memory -> meters.remembered(memory.size()));
        meters.used(batch.arrivedAt());
        order.look(batch).ifPresent(LOG::warn);
        saveDue = saves.isDue(batch.step());
        if (saveDue) {
            listener.saving(batch.step());
        }
        Optional<Health> health = watch.look(batch, loss, saveDue);
        newestBatch = batch;
        listener.trained(latest);
        health.ifPresent(measured -> {
            listener.measured(batch.step(), measured.scores());
            listener.looked(batch, () -> learner.features(batch));
            listener.similar(batch.step(), measured.similarities());
        });
        heldOutWatch.look(batch);
        oldDataWatch.look(batch);
    }

    @Override
    public boolean goesOn() {
        return !control.stop.asked();
    }

    @Override
    public void passed(int done, int of) {
        stepClock.passed(done, of).ifPresent(this::say);
    }

    private void say(Computing step) {
        meters.computing(step);
        listener.computing(step);
    }

    private void saveIfTrained() {
        if (origin.step() > savedStep) {
            save();
        }
    }

    private void save() {
        owner.require(folder.isLocked());
        Checkpoint checkpoint = learner.checkpoint(origin, pairs, plan, trainedUntil.encoded());
        if (!Learner.finite(checkpoint.values())) {
            throw watch.notFinite(
                    "A weight is no longer a finite number after step " + origin.step() + STOPPED, newestBatch, loss);
        }
        // Asked again when all is written, which may take long.
        MoreFiles more = MemoryFile.of(remembered)
                .and(ForgettingFile.of(forgetting))
                .and(OldDataFile.of(oldDataWatch::known))
                .and(RankPositions.of(positions))
                .and(PublishedForm.files(run.forms(), checkpoint))
                .and(EncoderCard.of(new EncoderFacts(config, pairs, trainedUntil, scores())))
                .and(written -> owner.require(folder.isLocked()));
        Path place = folder.save(checkpoint, more);
        newest = Optional.of(place);
        savedStep = origin.step();
        saves.saved();
        feed.showSaved(trainedUntil);
        consumed.ifPresent(views -> views.delete(trainedUntil));
        watch.saved(place);
        announcer.announce(config.runId(), origin.step(), place, run.forms(), scores());
        listener.saved(origin.step(), place);
    }

    /** What was measured of the encoder last, by name. */
    private Map<String, Double> scores() {
        Map<String, Double> scores = new HashMap<>(watch.scores());
        forgetting.accuracy().ifPresent(accuracy -> scores.put("held_out_knn", accuracy));
        scores.putAll(oldDataWatch.scores());
        return scores;
    }

    @Override
    public void close() {
        heldOutWatch.close();
        oldDataWatch.close();
        consumed.ifPresent(ConsumedViews::close);
    }
}
