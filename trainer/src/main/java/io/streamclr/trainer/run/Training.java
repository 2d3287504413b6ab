package io.streamclr.trainer.run;

import io.micrometer.core.instrument.MeterRegistry;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.checkpoint.EncoderFiles;
import io.streamclr.trainer.checkpoint.EncoderFiles.Origin;
import io.streamclr.trainer.checkpoint.RunFolder;
import io.streamclr.trainer.checkpoint.RunFolder.MoreFiles;
import io.streamclr.trainer.checkpoint.StartingEncoder;
import io.streamclr.trainer.consumed.ConsumedViews;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.feed.Feed;
import io.streamclr.trainer.feed.RememberedImages;
import io.streamclr.trainer.health.Forgetting;
import io.streamclr.trainer.health.Health;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Convolutions;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.owner.RunOwner;
import io.streamclr.trainer.publish.EncoderAnnouncer;
import io.streamclr.trainer.settings.OptionWords;
import io.streamclr.trainer.settings.Schedule;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.step.StepAbandoned;
import io.streamclr.trainer.step.StepWatch;
import io.streamclr.trainer.step.TrainingStep;
import io.streamclr.trainer.step.TrainingStep.Trained;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.ViewRenderer;
import io.streamclr.trainer.watch.ForgettingFile;
import io.streamclr.trainer.watch.HealthWatch;
import io.streamclr.trainer.watch.HeldOut;
import io.streamclr.trainer.watch.HeldOutWatch;
import io.streamclr.trainer.watch.OrderWatch;
import io.streamclr.trainer.watch.RunRecords;
import io.streamclr.trainer.watch.StepClock;
import io.streamclr.trainer.watch.TrainingListener;
import io.streamclr.trainer.watch.TrainingListener.Computing;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import io.streamclr.trainer.watch.TrainingMeters;
import io.streamclr.trainer.watch.TrainingRate;
import io.streamclr.trainer.weights.WeightsOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of training, from its beginning or from its newest checkpoint. {@link #run} trains in the calling thread;
 * {@link #beginCoolDown} and {@link #stop} may be called from any other.
 */
public final class Training {

    private static final Logger LOG = LoggerFactory.getLogger(Training.class);

    /** While there are no views. */
    private static final Duration BETWEEN_NEWS = Duration.ofSeconds(1);

    private static final String STOPPED = ", so training stopped and saved nothing more";

    private final TrainConfig config;
    private final TrainingMeters meters;
    private final ViewRenderer lost;
    private final HeldOut heldOut;
    private final Optional<RunReplay> repetition;
    private final CoolDownWishes coolDown = new CoolDownWishes();
    private final StopSignal stop = new StopSignal();
    private volatile boolean computing;
    private volatile OptionalLong endOfCoolDown = OptionalLong.empty();
    private String preset = "";
    private boolean deletesConsumed;
    private Map<String, float[]> given = Map.of();

    /** @param registry receives the training's gauges and counters, names beginning with {@code streamclr.trainer} */
    public Training(TrainConfig config, MeterRegistry registry) {
        this(config, registry, ViewRenderer.NONE);
    }

    /** @param lost draws views again that expired before they were trained a second time; its owner closes it */
    public Training(TrainConfig config, MeterRegistry registry, ViewRenderer lost) {
        this(config, registry, lost, HeldOut.NONE);
    }

    /** @param heldOut says on which images the encoder is probed meanwhile; changes nothing that is learned */
    public Training(TrainConfig config, MeterRegistry registry, ViewRenderer lost, HeldOut heldOut) {
        this(config, registry, lost, heldOut, Optional.empty());
    }

    /** @param repetition the run whose batches and learning rates are taken instead of new ones */
    public Training(
            TrainConfig config,
            MeterRegistry registry,
            ViewRenderer lost,
            HeldOut heldOut,
            Optional<RunReplay> repetition) {
        this.config = config;
        this.meters = new TrainingMeters(registry, Clock.systemUTC());
        this.lost = lost;
        this.heldOut = heldOut;
        this.repetition = repetition;
    }

    /** Has the run's journal say which preset chose what no option said. @param name empty for none */
    public Training chosenBy(String name) {
        preset = name;
        return this;
    }

    /**
     * Has a run that begins start from these values where {@link TrainConfig} says that it starts from weights.
     *
     * @param encoder of every tensor of the encoder, by name; owned by this
     */
    public Training startingFrom(Map<String, float[]> encoder) {
        given = encoder;
        return this;
    }

    /** Has views deleted after each checkpoint that no reader of their topic needs any more. */
    public Training deletingConsumedViews() {
        deletesConsumed = true;
        return this;
    }

    /**
     * How a call of {@link #run} ended.
     *
     * @param step the last step trained, counted from the run's beginning
     * @param pairs view pairs trained since the run's beginning
     * @param pairsNow view pairs trained by this call
     * @param seconds that this call trained, waiting included
     * @param loss of the last step in nats; NaN if this call trained none
     * @param waitingShare of the seconds that was spent waiting for views, in [0, 1]
     * @param checkpoint the folder of the newest checkpoint, with the encoder in it
     */
    public record Outcome(
            long step,
            long pairs,
            long pairsNow,
            double seconds,
            double loss,
            double waitingShare,
            Optional<Path> checkpoint) {

        /** The encoder for PyTorch; empty if nothing was ever trained. */
        public Optional<Path> encoder() {
            return checkpoint.map(folder -> folder.resolve(EncoderFiles.TORCHSCRIPT));
        }
    }

    /**
     * Writes the encoder that a run of this configuration starts from, as a floor to compare with: a random one before the
     * run has begun, whatever weights it is to start from.
     *
     * @param folder made where there is none
     * @return the encoder for PyTorch
     */
    public static Path writeUntrainedEncoder(TrainConfig config, Path folder) {
        return config.learning()
                .weights()
                .filter(any -> StartingEncoder.isIn(config.folder()))
                .map(origin -> writeFirstEncoder(
                        config,
                        StartingEncoder.read(
                                config.folder(),
                                Architecture.of(config.learning().network()),
                                origin),
                        folder))
                .orElseGet(() -> writeFirstEncoder(config, Map.of(), folder));
    }

    /**
     * Writes the encoder that a run starts from.
     *
     * @param given of every tensor of the encoder, by name; empty for random weights
     * @param folder made where there is none
     * @return the encoder for PyTorch
     */
    public static Path writeFirstEncoder(TrainConfig config, Map<String, float[]> given, Path folder) {
        Architecture architecture = Architecture.of(config.learning().network());
        Map<String, float[]> values = architecture.initialValues(config.seed());
        values.putAll(given);
        Optional<WeightsOrigin> weights = config.learning().weights().filter(any -> !given.isEmpty());
        try {
            Files.createDirectories(folder);
            Origin origin = Origin.untrained(config.runId(), config.seed(), weights);
            EncoderFiles.write(folder, architecture, values, origin);
        } catch (IOException unwritable) {
            throw new RefusalException(
                    "The untrained encoder cannot be written to " + folder + " (" + FileFault.of(unwritable)
                            + "); give a folder with room that this user may write to",
                    unwritable);
        }
        return folder.resolve(EncoderFiles.TORCHSCRIPT);
    }

    /**
     * Has the way chosen in which the network of a run computes its convolutions, as if it were alone in this process. To be
     * called by whoever computes other networks, such as an untrained encoder, before the run begins; without effect
     * after them.
     *
     * @param side of the views, in pixels
     */
    public static void foresee(TrainConfig config, int side) {
        try (Torch torch =
                Torch.open(config.computing().threads(), config.computing().first())) {
            int views = TrainingStep.firstViews(
                    config.batching().pairs(),
                    config.batching().chunkViews(),
                    config.computing().devices().size());
            Convolutions.foresee(torch, config.learning().network(), side, side, views);
        }
    }

    /**
     * Trains until the planned end, the end of a cool-down, or {@link #stop}; saves before it returns.
     *
     * @throws RefusalException if it cannot begin or go on; what was saved before is safe
     * @throws InterruptedException if somebody else interrupts the thread while it waits for views
     */
    public Outcome run(TrainingListener listener) throws InterruptedException {
        Architecture architecture = Architecture.of(config.learning().network());
        // The device comes first, because nothing is to be made where it is not there; the feed comes last, because it
        // takes the run over from a trainer that may be at work.
        try (Torch torch = Torch.open(
                        config.computing().threads(), config.computing().first());
                RunFolder folder =
                        RunFolder.open(config.folder(), config.saving().keep())) {
            Optional<Checkpoint> from = folder.newest(architecture, OptionWords.settings(config));
            Optional<FeedPosition> position = from.map(checkpoint -> FeedPosition.decode(checkpoint.feedPosition()));
            Optional<RememberedImages> replays = MemoryFile.read(
                    config, from.map(each -> folder.place(each.origin().step())));
            try (RunOwner owner =
                    RunOwner.of(config.topics().kafka(), config.topics().batches(), config.runId())) {
                EncoderAnnouncer announcer = EncoderAnnouncer.to(
                        owner, config.topics().kafka(), config.topics().encoders(), Clock.systemUTC());
                try (Learner learner = new Learner(torch, config, architecture, start(architecture, from), from);
                        Feed feed = feed(owner, position, replays);
                        RunRecords records = new RunRecords(config, Clock.systemUTC());
                        RunLoop course = new RunLoop(
                                folder,
                                owner,
                                feed,
                                replays,
                                learner,
                                announcer,
                                from,
                                TrainingListener.all(List.of(records, listener)))) {
                    return course.follow();
                }
            }
        }
    }

    /** What the encoder starts from, kept in the run's folder; empty for random weights, and where a checkpoint is. */
    private Map<String, float[]> start(Architecture architecture, Optional<Checkpoint> from) {
        Optional<WeightsOrigin> weights = config.learning().weights();
        if (weights.isEmpty() || from.isPresent()) {
            return Map.of();
        }
        if (given.isEmpty()) {
            return StartingEncoder.read(config.folder(), architecture, weights.get());
        }
        StartingEncoder.write(config.folder(), architecture, given, weights.get());
        return given;
    }

    private Feed feed(RunOwner owner, Optional<FeedPosition> position, Optional<RememberedImages> replays)
            throws InterruptedException {
        if (repetition.isPresent()) {
            return Feed.repeating(owner, repetition.get().batches(), config.feed(), position, lost, replays);
        }
        return replays.isPresent()
                ? Feed.remembering(owner, replays.get(), config.feed(), position, lost)
                : Feed.open(owner, config.feed(), position, lost);
    }

    /**
     * Lets the learning rate fall to 0 over the next steps and ends the training after them. Without effect once a
     * cool-down has begun.
     *
     * @param steps 1 or more
     */
    public void beginCoolDown(long steps) {
        coolDown.begin(steps);
    }

    /**
     * Has a cool-down at work end sooner, for whoever sees that there is less time than there was: the learning rate of the
     * steps that are left falls as if all had been planned so. Without effect before a cool-down, and on one that ends
     * as soon anyway.
     *
     * @param steps that are left at most, 1 or more
     */
    public void shortenCoolDown(long steps) {
        coolDown.shorten(steps);
    }

    /** The last step of the cool-down at work; empty before there is one. */
    public OptionalLong endOfCoolDown() {
        return endOfCoolDown;
    }

    /** Its settings. */
    public TrainConfig config() {
        return config;
    }

    /** Where the training ends by its settings, counted from the run's beginning; 0 for no end. */
    public long steps() {
        return config.learning().schedule().steps();
    }

    /**
     * Ends the training with a checkpoint of the last step that is done: the step at work is given up after the chunk at
     * work, and done when the run goes on. A step of one chunk is done first.
     */
    public void stop() {
        stop.ask();
    }

    /** Whether a step, or what is measured after it, is being computed, which nobody can interrupt within a chunk. */
    public boolean isComputing() {
        return computing;
    }

    /** One pass through {@link #run}, with what it holds open. */
    private final class RunLoop implements StepWatch, AutoCloseable {

        private final RunFolder folder;
        private final Schedule schedule;
        private final RunOwner owner;
        private final Feed feed;
        private final Optional<RememberedImages> replays;
        private final Learner learner;
        private final EncoderAnnouncer announcer;
        private final TrainingListener listener;
        private final HealthWatch watch;
        private final Forgetting forgetting;
        private final HeldOutWatch heldOutWatch;
        private final TrainingRate pace = new TrainingRate();
        private final StepClock stepClock = new StepClock(System::nanoTime);
        private final ViewShortage scarcity = new ViewShortage(config);
        private final OrderWatch order = new OrderWatch(config);
        private final Optional<Checkpoint> goingOnFrom;
        private final Optional<RecordedWay> again = repetition.map(
                other -> new RecordedWay(other.journal(), other.batches().runId()));
        /** Whether a step was trained. */
        private boolean begun;

        private final Optional<ConsumedViews> consumed;
        private final SaveClock saves;
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
        /** The last that was trained; closed, and null before the first. */
        private Batch newestBatch;

        RunLoop(
                RunFolder folder,
                RunOwner owner,
                Feed feed,
                Optional<RememberedImages> replays,
                Learner learner,
                EncoderAnnouncer announcer,
                Optional<Checkpoint> from,
                TrainingListener listener) {
            this.folder = folder;
            this.schedule = config.learning().schedule();
            this.owner = owner;
            this.feed = feed;
            this.replays = replays;
            this.learner = learner;
            this.announcer = announcer;
            this.listener = listener;
            origin = from.map(Checkpoint::origin)
                    .orElseGet(() -> Origin.untrained(
                            config.runId(), config.seed(), config.learning().weights()));
            pairs = from.map(Checkpoint::pairs).orElse(0L);
            trainedUntil = feed.position();
            plan = from.map(checkpoint ->
                            goingOn(checkpoint.rate(), checkpoint.origin().step()))
                    .orElseGet(schedule::plan);
            latest = StepReport.before(origin.step(), pairs);
            savedStep = origin.step();
            newest = from.map(checkpoint -> folder.place(savedStep));
            consumed = deletesConsumed
                    ? Optional.of(new ConsumedViews(
                            config.topics().kafka(), config.topics().views(), config.monitoringGroup()))
                    : Optional.empty();
            saves = new SaveClock(config.saving().every(), System::nanoTime, from.isEmpty());
            watch = new HealthWatch(config, folder, learner::measure, meters, Clock.systemUTC(), newest);
            forgetting = new Forgetting(heldOut.mostForgotten(), ForgettingFile.read(newest));
            heldOutWatch = new HeldOutWatch(heldOut, learner::probeOn, meters, listener, watch, forgetting);
            goingOnFrom = from;
            again.ifPresent(way -> way.prefer(learner, origin.step() + 1));
        }

        /** After the first step: how convolutions are computed is found out with the first of them. */
        private void warnOfOtherRounding(Checkpoint before) {
            learner.rounding().forEach((option, now) -> {
                String was =
                        before.rounding().getOrDefault(option, before.settings().getOrDefault(option, now));
                if (!was.equals(now)) {
                    LOG.warn(
                            "Run {} was trained with {} {} up to step {} and goes on with {}, so from here on its"
                                    + " weights equal those of an unbroken run only up to rounding",
                            config.runId(),
                            option,
                            was,
                            savedStep,
                            now);
                }
            });
        }

        /** After the first step likewise, and before anything is saved. */
        private void noteBeginning() {
            String way = learner.wayOfConvolutions().orElse("");
            repetition.ifPresentOrElse(
                    other -> other.journal().copyTo(config, origin.step(), way),
                    () -> RunJournal.note(config, origin.step(), plan, way, preset));
        }

        /** A cool-down that has begun goes on; one that has ended does not, so that a finished run can learn more. */
        private LearningRate goingOn(LearningRate before, long step) {
            boolean cooling = before.coolsDown() && step > before.coolDownAfter() && step < before.lastStep();
            return cooling
                    ? schedule.rate().coolingDown(before.coolDownAfter(), before.coolDownSteps(), before.fall())
                    : schedule.plan();
        }

        Outcome follow() throws InterruptedException {
            LOG.info("training begins run={} step={} pairs={}", config.runId(), origin.step(), pairs);
            meters.watchLag(feed);
            listener.began(origin.step(), pairs);
            long pairsBefore = pairs;
            long begin = System.nanoTime();
            while (!stop.asked() && origin.step() < end()) {
                Optional<Batch> next = nextOrSave();
                if (next.isEmpty()) {
                    break;
                }
                computing = true;
                try (Batch batch = next.get()) {
                    train(batch);
                } catch (StepAbandoned stopped) {
                    // The batch is logged, and comes again when the run goes on.
                    LOG.info("step given up because the training is to stop step={}", origin.step() + 1);
                    break;
                } finally {
                    computing = false;
                }
                if (saveDue) {
                    save();
                }
            }
            saveIfTrained();
            double seconds = (System.nanoTime() - begin) / 1e9;
            LOG.info("training ends run={} step={} pairs={} loss={}", config.runId(), origin.step(), pairs, loss);
            double share = seconds > 0 ? Math.min(1, feed.waitedSeconds() / seconds) : 0;
            return new Outcome(origin.step(), pairs, pairs - pairsBefore, seconds, loss, share, newest);
        }

        private long end() {
            coolDown.taken(plan, schedule, origin.step()).ifPresent(changed -> {
                owner.require(folder.isLocked());
                plan = changed;
                RunJournal.note(config, origin.step(), plan);
                LOG.info(
                        "cool-down after={} until={} noted_after={}",
                        plan.coolDownAfter(),
                        plan.lastStep(),
                        origin.step());
            });
            endOfCoolDown = plan.coolsDown() && origin.step() >= plan.coolDownAfter()
                    ? OptionalLong.of(plan.lastStep())
                    : OptionalLong.empty();
            return Math.min(schedule.steps() > 0 ? schedule.steps() : Long.MAX_VALUE, plan.lastStep());
        }

        /** The next batch, unless the training is to stop; where there will be none, what was trained is saved first. */
        private Optional<Batch> nextOrSave() throws InterruptedException {
            try {
                return stop.unlessAsked(this::next);
            } catch (RefusalException nothingMore) {
                saveIfTrained();
                throw nothingMore;
            }
        }

        private Batch next() throws InterruptedException {
            Optional<Batch> next = feed.next(BETWEEN_NEWS);
            while (next.isEmpty()) {
                pace.pass(feed.waitedSeconds());
                StepReport still = latest.at(pace.pairsPerSecond(), pace.waitingShare());
                meters.waiting(still);
                listener.waiting(still);
                scarcity.look(feed.gathered(), System.nanoTime()).ifPresent(LOG::warn);
                next = feed.next(BETWEEN_NEWS);
            }
            return next.get();
        }

        private void train(Batch batch) {
            if (batch.step() != origin.step() + 1) {
                throw new IllegalStateException(
                        "The feed gave the batch of step " + batch.step() + " after step " + origin.step());
            }
            double rate = repetition
                    .map(other -> other.journal().rateOf(batch.step()))
                    .orElseGet(() -> plan.at(batch.step()));
            stepClock.begin(batch.step()).ifPresent(this::say);
            Trained trained = learner.train(batch, rate, this);
            double seconds = stepClock.end();
            if (!begun) {
                begun = true;
                goingOnFrom.ifPresent(this::warnOfOtherRounding);
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
            pairs += batch.pairs();
            trainedUntil = feed.position();
            replays.ifPresent(memory -> memory.trained(batch.step(), trained.embeddings()));
            feed.showAllTrained();
            pace.count(batch.pairs(), feed.waitedSeconds());
            latest = new StepReport(
                    batch.step(), loss, rate, pairs, pace.pairsPerSecond(), pace.waitingShare(), seconds);
            meters.count(latest, batch.pairs(), trained.leftOut(), learner.openArrays());
            meters.repeated(feed.repetitions());
            replays.ifPresent(memory -> meters.remembered(memory.size()));
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
        }

        @Override
        public boolean goesOn() {
            return !stop.asked();
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
                        "A weight is no longer a finite number after step " + origin.step() + STOPPED,
                        newestBatch,
                        loss);
            }
            // Asked again when all is written, which may take long.
            MoreFiles more = MemoryFile.of(replays)
                    .and(ForgettingFile.of(forgetting))
                    .and(written -> owner.require(folder.isLocked()));
            Path place = folder.save(checkpoint, more);
            newest = Optional.of(place);
            savedStep = origin.step();
            saves.saved();
            feed.showSaved(trainedUntil);
            consumed.ifPresent(views -> views.delete(trainedUntil));
            watch.saved(place);
            announcer.announce(config.runId(), origin.step(), place.resolve(EncoderFiles.TORCHSCRIPT), watch.scores());
            listener.saved(origin.step(), place);
        }

        @Override
        public void close() {
            heldOutWatch.close();
            consumed.ifPresent(ConsumedViews::close);
        }
    }
}
