package io.streamclr.trainer.run;

import io.micrometer.core.instrument.MeterRegistry;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.checkpoint.RunFolder;
import io.streamclr.trainer.checkpoint.StartingEncoder;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.feed.Feed;
import io.streamclr.trainer.feed.RememberedImages;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Convolutions;
import io.streamclr.trainer.owner.RunOwner;
import io.streamclr.trainer.publish.EncoderAnnouncer;
import io.streamclr.trainer.publish.PublishedForm;
import io.streamclr.trainer.ranks.Collective;
import io.streamclr.trainer.settings.OptionWords;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.step.TrainingStep;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.ViewRenderer;
import io.streamclr.trainer.watch.HeldOut;
import io.streamclr.trainer.watch.OldData;
import io.streamclr.trainer.watch.RunRecords;
import io.streamclr.trainer.watch.TrainingListener;
import io.streamclr.trainer.watch.TrainingMeters;
import io.streamclr.trainer.weights.WeightsOrigin;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One run of training, from its beginning or from its newest checkpoint. {@link #run} trains in the calling thread;
 * {@link #beginCoolDown} and {@link #stop} may be called from any other.
 */
public final class Training {

    private final TrainConfig config;
    private final TrainingMeters meters;
    private final ViewRenderer renderer;
    private final HeldOut heldOut;
    private final Optional<RunReplay> again;
    private final RunControl control = new RunControl();
    private String preset = "";
    private boolean deletesConsumed;
    private Set<PublishedForm> forms = Set.of();
    private Optional<Collective> others = Optional.empty();
    private OldData oldData = OldData.NONE;
    private Map<String, float[]> given = Map.of();

    /** @param registry receives the training's gauges and counters, names beginning with {@code streamclr.trainer} */
    public Training(TrainConfig config, MeterRegistry registry) {
        this(config, registry, ViewRenderer.NONE);
    }

    /** @param renderer renders views again that expired before they were trained a second time; its owner closes it */
    public Training(TrainConfig config, MeterRegistry registry, ViewRenderer renderer) {
        this(config, registry, renderer, HeldOut.NONE);
    }

    /** @param heldOut says on which images the encoder is probed meanwhile; changes nothing that is learned */
    public Training(TrainConfig config, MeterRegistry registry, ViewRenderer renderer, HeldOut heldOut) {
        this(config, registry, renderer, heldOut, Optional.empty());
    }

    /** @param again the run whose batches and learning rates are taken instead of new ones */
    public Training(
            TrainConfig config,
            MeterRegistry registry,
            ViewRenderer renderer,
            HeldOut heldOut,
            Optional<RunReplay> again) {
        this.config = config;
        this.meters = new TrainingMeters(registry, Clock.systemUTC());
        this.renderer = renderer;
        this.heldOut = heldOut;
        this.again = again;
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

    /** Has encoders written and announced in these forms too. */
    public Training publishing(Set<PublishedForm> others) {
        forms = Set.copyOf(others);
        return this;
    }

    /** Has measured how much is forgotten of what the encoder knew before; changes nothing that is learned. */
    public Training watching(OldData old) {
        oldData = old;
        return this;
    }

    /**
     * Has the run trained by several ranks, of which this process is one; {@link TrainConfig#share} says which.
     *
     * @param ranks joins them; its owner closes it after the run
     */
    public Training amongst(Collective ranks) {
        others = Optional.of(ranks);
        ranks.whenAskedToStop(control.stop::ask);
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
     * @param checkpoint the folder of the newest checkpoint, with the encoder in it; empty too for all ranks but the first
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
     * Has the way chosen in which the network of a run computes its convolutions, as if it were alone in this process. To be
     * called by whoever computes other networks, such as an untrained encoder, before the run begins; without effect
     * after them.
     *
     * @param side of the views, in pixels
     */
    public static void foresee(TrainConfig config, int side) {
        try (Torch torch = config.computing().open()) {
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
        requireRanks();
        if (!config.share().isFirst()) {
            return runRank(architecture, others.orElseThrow());
        }
        if (others.isPresent()) {
            RankStart.giveSettings(others.get(), config);
        }
        // The device comes first, because nothing is to be made where it is not there; the feed comes last, because it
        // takes the run over from a trainer that may be at work.
        try (Torch torch = config.computing().open();
                RunFolder folder =
                        RunFolder.open(config.folder(), config.saving().keep())) {
            Optional<Checkpoint> from = folder.newest(architecture, OptionWords.settings(config));
            Optional<FeedPosition> position = from.map(checkpoint -> FeedPosition.decode(checkpoint.feedPosition()));
            Map<String, float[]> start = start(architecture, from);
            if (others.isPresent()) {
                RankStart.give(others.get(), new RankStart.Start(from, start), positions(folder, from));
            }
            Optional<RememberedImages> remembered = MemoryFile.read(
                    config, from.map(each -> folder.place(each.origin().step())));
            try (RunOwner owner =
                    RunOwner.of(config.topics().kafka(), config.topics().batches(), config.runId())) {
                EncoderAnnouncer announcer = EncoderAnnouncer.to(
                        owner, config.topics().kafka(), config.topics().encoders(), Clock.systemUTC());
                try (Learner learner = new Learner(torch, config, architecture, start, from);
                        Feed feed = feed(owner, position, remembered);
                        RunRecords records = new RunRecords(config, Clock.systemUTC());
                        RunLoop loop = new RunLoop(
                                new RunPlan(config, preset, deletesConsumed, forms, heldOut, oldData, again),
                                new OpenRun(
                                        folder, owner, feed, remembered, learner, announcer, from, together(learner)),
                                control,
                                meters,
                                TrainingListener.all(List.of(records, listener)))) {
                    return loop.follow();
                }
            }
        }
    }

    private void requireRanks() {
        int ranks = config.share().ranks();
        if (others.map(Collective::ranks).orElse(1) != ranks) {
            throw new RefusalException("Run " + config.runId() + " was trained by " + ranks
                    + " ranks, and this process is one; check it with 'streamclr replay --train', or begin another run"
                    + " from its encoder with --weights");
        }
    }

    private List<byte[]> positions(RunFolder folder, Optional<Checkpoint> from) {
        return from.map(checkpoint -> RankPositions.read(
                        folder.place(checkpoint.origin().step()), config.share().ranks()))
                .orElse(List.of());
    }

    private Optional<RankAgreement> together(Learner learner) {
        Optional<RankAgreement> together = others.map(RankAgreement::new);
        together.ifPresent(ranks -> learner.join(ranks.exchange()));
        return together;
    }

    /** A rank that is not the first writes its part of the log of batches, and nothing else. */
    private Outcome runRank(Architecture architecture, Collective ranks) throws InterruptedException {
        try (Torch torch = config.computing().open()) {
            RankStart.Start start = RankStart.take(ranks, config, architecture);
            Optional<Checkpoint> from = start.from();
            Optional<FeedPosition> position = from.map(checkpoint -> FeedPosition.decode(checkpoint.feedPosition()));
            FeedConfig fed = config.feed();
            try (RunOwner owner = RunOwner.of(fed.kafka(), fed.batchesTopic(), fed.runId());
                    Learner learner = new Learner(torch, config, architecture, start.given(), from);
                    Feed feed = Feed.open(owner, fed, position, renderer)) {
                RankAgreement together = together(learner).orElseThrow();
                return new RankLoop(config, owner, feed, learner, together, from, control, meters).follow();
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

    private Feed feed(RunOwner owner, Optional<FeedPosition> position, Optional<RememberedImages> remembered)
            throws InterruptedException {
        if (again.isPresent()) {
            return Feed.repeating(owner, again.get().batches(), config.feed(), position, renderer, remembered);
        }
        return remembered.isPresent()
                ? Feed.remembering(owner, remembered.get(), config.feed(), position, renderer)
                : Feed.open(owner, config.feed(), position, renderer);
    }

    /**
     * Lets the learning rate fall to 0 over the next steps and ends the training after them. Without effect once a
     * cool-down has begun.
     *
     * @param steps 1 or more
     */
    public void beginCoolDown(long steps) {
        requireOneProcess();
        control.coolDown.begin(steps);
    }

    /**
     * Has a cool-down at work end sooner, for whoever sees that there is less time than there was: the learning rate of the
     * steps that are left falls as if all had been planned so. Without effect before a cool-down, and on one that ends
     * as soon anyway.
     *
     * @param steps that are left at most, 1 or more
     */
    public void shortenCoolDown(long steps) {
        requireOneProcess();
        control.coolDown.shorten(steps);
    }

    /** The others would not hear of it, and learn at another rate. */
    private void requireOneProcess() {
        if (config.share().isPart()) {
            throw new IllegalStateException(
                    "A run of several ranks cools down as it was planned to, and not on demand");
        }
    }

    /** The last step of the cool-down at work; empty before there is one. */
    public OptionalLong endOfCoolDown() {
        return control.endOfCoolDown;
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
        control.stop.ask();
        others.ifPresent(Collective::askToStop);
    }

    /** Whether a step, or what is measured after it, is being computed, which nobody can interrupt within a chunk. */
    public boolean isComputing() {
        return control.computing;
    }
}
