package io.streamclr.trainer.command;

import io.micrometer.core.instrument.MeterRegistry;
import io.streamclr.process.command.BrokerOptions;
import io.streamclr.process.command.MetricsOptions;
import io.streamclr.process.command.Stoppable;
import io.streamclr.process.metrics.MetricsEndpoint;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.mlflow.MlflowServer;
import io.streamclr.trainer.ranks.Collective;
import io.streamclr.trainer.ranks.Launch;
import io.streamclr.trainer.render.ImageTopicRenderer;
import io.streamclr.trainer.run.RankStart;
import io.streamclr.trainer.run.RunJournal;
import io.streamclr.trainer.run.Training;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.Computing;
import io.streamclr.trainer.settings.Defaults;
import io.streamclr.trainer.settings.MemoryAtHand;
import io.streamclr.trainer.settings.MemoryNeed;
import io.streamclr.trainer.settings.Preset;
import io.streamclr.trainer.settings.RunPlace;
import io.streamclr.trainer.settings.SaveEvery;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.torch.TorchDevice;
import io.streamclr.trainer.views.RankShare;
import io.streamclr.trainer.views.ViewRenderer;
import io.streamclr.trainer.watch.Audience;
import io.streamclr.trainer.watch.HeldOut;
import io.streamclr.trainer.watch.TrainingDisplay;
import io.streamclr.trainer.watch.TrainingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code streamclr train}: view pairs from a topic become encoders in a folder. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = "Train an encoder with SimCLR on the view pairs of a topic, or resume training.",
        footer = {
            "",
            "Each checkpoint is a directory CHECKPOINTS/RUN/step-NNNNNNNN with encoder.pt (TorchScript, for PyTorch,"
                    + " C++ and DJL), encoder.safetensors (torchvision's names), encoder.json, a model card (README.md)"
                    + " and the training state. Ctrl-C saves one and exits; the same command resumes from the newest.",
            "",
            "Every batch is logged in the topic of batches before it is trained. 'streamclr topics create' creates the"
                    + " topics."
        })
public final class TrainCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(TrainCommand.class);

    /** How long Ctrl-C waits for a step to end and a checkpoint to be saved. */
    private static final Duration TO_SAVE = Duration.ofSeconds(60);

    private final ViewRenderer.Source lostViews;
    private final HeldOut.Source images;

    @Mixin
    private final Audience audience;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BrokerOptions broker;

    @Mixin
    private TopicOptions topics;

    @Option(
            names = "--run",
            paramLabel = "ID",
            defaultValue = "simclr",
            description = "Name of the run; a run that has checkpoints resumes, and one that another trainer is"
                    + " training is taken over (default: ${DEFAULT-VALUE}).")
    private String run;

    @Mixin
    private SavingOptions saves;

    @Mixin
    private FollowOptions follow;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "0",
            description = "Stop after step N, counted from the start of the run; 0 trains until stopped (default:"
                    + " ${DEFAULT-VALUE}).")
    private long steps;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "Settings for all options that are not given: cpu-small (the demo's small network), gpu"
                    + " (full width, bfloat16), simclr (SimCLR's own training, of a ResNet-18 on batches of 512), or"
                    + " paper (the same of its ResNet-50 on batches of 4096). A run that resumes keeps its own"
                    + " (default: cpu-small on the processor, gpu on a card).")
    private Optional<Preset> preset;

    @Mixin
    private TrainOptions how;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Random seed of weights and shuffling (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "PyTorch threads of each device; the same number gives the same weights (default: all"
                    + " processors, shared among the cpu devices).")
    private Optional<Integer> threads;

    @Option(
            names = "--delete-consumed-views",
            description = "After each checkpoint, delete the views that no reader of their topic needs any more; the"
                    + " slowest reader counts. Needs the rights Delete on the topic and Describe on the groups of all its"
                    + " readers: others do not count. --resume-from is then sure of the newest checkpoint alone"
                    + " (default: they expire).")
    private boolean deleteConsumed;

    @Mixin
    private RankOptions ranks;

    @Mixin
    private PublishOptions publish;

    @Mixin
    private HeldOutOptions heldOut;

    @Mixin
    private MetricsOptions metrics;

    @Mixin
    private MlflowOptions mlflow;

    @Option(names = "--json", description = "Print the result as one JSON object, on the last line.")
    private boolean json;

    private volatile boolean stopped;

    /** The other ranks of the run. */
    private Optional<Collective> others = Optional.empty();

    /** A trainer that is not probed on files, and that nobody looks on. */
    public TrainCommand() {
        this(HeldOut.NOBODY_READS, Audience.NONE);
    }

    /**
     * @param images reads the images of {@code --probe-data}
     * @param audience looks on, as its options say
     */
    public TrainCommand(HeldOut.Source images, Audience audience) {
        this(ImageTopicRenderer::new, images, audience);
    }

    /**
     * @param lostViews makes what draws expired views again
     * @param images reads the images of {@code --probe-data}
     * @param audience looks on, as its options say
     */
    public TrainCommand(ViewRenderer.Source lostViews, HeldOut.Source images, Audience audience) {
        this.lostViews = lostViews;
        this.images = images;
        this.audience = audience;
    }

    @Override
    public Integer call() throws Exception {
        Optional<Launch> launch = ranks.launch(System.getenv());
        if (launch.isPresent() || ranks.number() > 1) {
            requireWhatRanksDo();
        }
        return launch.isEmpty() && ranks.number() > 1 ? ranks.start(spec, TO_SAVE) : train(launch);
    }

    private void requireWhatRanksDo() {
        if (follow.follows()) {
            throw RefusalException.ofUsage(
                    "--replay and --resume-from are for a run of one process, and there are to be"
                            + " several ranks; check a run of several with 'streamclr replay --train'");
        }
        if (deleteConsumed) {
            throw RefusalException.ofUsage("--delete-consumed-views is for a run of one process, and there are to be"
                    + " several ranks; leave it out, and views expire");
        }
    }

    private int train(Optional<Launch> launch) throws Exception {
        if (launch.isPresent() && ranks.number() > 1) {
            RankOptions.endWithStarter();
        }
        KafkaConnection kafka = broker.connection();
        boolean first = launch.map(Launch::rank).orElse(0) == 0;
        Optional<MlflowServer> server = first ? mlflow.server(System.getenv()) : Optional.empty();
        try (ViewRenderer lost = lostViews.from(kafka, topics.images());
                MetricsEndpoint counted =
                        metrics.open(launch.map(Launch::localRank).orElse(0))) {
            return RankOptions.joined(launch, all -> {
                others = all;
                if (first) {
                    train(training(kafka, lost, counted.registry()), server);
                } else {
                    trainRank(launch.orElseThrow(), all.orElseThrow(), lost, counted.registry());
                }
                return 0;
            });
        } catch (OutOfMemoryError full) {
            throw new RefusalException(
                    "Training needs more memory than the "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MiB that Java may use (" + full.getMessage()
                            + "); give more with -Xmx (for streamclr in"
                            + " STREAMCLR_OPTS), or train with a smaller --batch-size, --block or network; what was saved is"
                            + " safe",
                    full);
        }
    }

    /** What another rank than the first does: it is told the settings, and neither saves nor shows anything. */
    private void trainRank(Launch rank, Collective all, ViewRenderer lost, MeterRegistry registry) throws Exception {
        TrainConfig config = RankStart.takeSettings(all, rank.localRank(), broker.connection(), saves.root());
        Training training = new Training(config, registry, lost).amongst(all);
        Outcome outcome = Stoppable.work(
                TO_SAVE, training::isComputing, training::stop, () -> training.run(TrainingListener.all(List.of())));
        LOG.info("rank trained rank={} ranks={} step={}", rank.rank(), rank.ranks(), outcome.step());
    }

    private Training training(KafkaConnection kafka, ViewRenderer lost, MeterRegistry registry) {
        FollowOptions.Start start = (config, repetition) -> {
            Training made = new Training(
                            config, registry, lost, heldOut.plan(images, kafka, topics.images()), repetition)
                    .publishing(publish.forms())
                    .watching(heldOut.oldData(images));
            others.ifPresent(made::amongst);
            return deleteConsumed ? made.deletingConsumedViews() : made;
        };
        RunPlace place = new RunPlace(run, topics.at(kafka), saves.saving(Defaults.SAVE_EVERY));
        return follow.training(spec.commandLine(), place, how.length(steps), how.fall(), start)
                .orElseGet(() -> chosen(place, start));
    }

    /** A run that follows no other, with what a preset says where no option does. */
    private Training chosen(RunPlace place, FollowOptions.Start start) {
        KafkaConnection kafka = place.topics().kafka();
        how.readWeights(saves.root());
        if (!RunJournal.isThere(saves.root(), run)) {
            how.otherwise(PresetChoice.beforehand(preset, how, steps).usual().amongst(launched()));
            config(kafka, Defaults.SAVE_EVERY); // a wrong value is found before anybody is waited for
        }
        PresetChoice choice = PresetChoice.of(preset, how, place, steps, this::say);
        how.otherwise(choice.usual().amongst(launched()));
        choice.side().ifPresent(how::forViews);
        TrainConfig config = config(kafka, Defaults.SAVE_EVERY);
        if (choice.side().isPresent()) { // otherwise the first batch tells
            MemoryNeed.of(config, choice.side().getAsInt())
                    .require(MemoryAtHand.here(config.computing().devices()).sharedBy(here()));
        }
        String line = choice.line(config);
        say(line);
        LOG.info(line);
        how.startingLine().ifPresent(weights -> {
            say(weights);
            LOG.info(weights);
        });
        return start.training(config, Optional.empty())
                .chosenBy(choice.preset())
                .startingFrom(how.startingEncoder());
    }

    private void say(String what) {
        spec.commandLine().getErr().println(what);
        spec.commandLine().getErr().flush();
    }

    private void train(Training training, Optional<MlflowServer> server) throws Exception {
        Stoppable.work(TO_SAVE, training::isComputing, () -> stop(training), () -> {
            new TrainingResult(run, json)
                    .print(
                            spec.commandLine().getOut(),
                            server.isEmpty()
                                    ? trained(training, List.of())
                                    : server.get()
                                            .keep(
                                                    training.config(),
                                                    () -> stopped,
                                                    kept -> trained(training, List.of(kept))));
            return 0;
        });
    }

    private void stop(Training training) {
        stopped = true;
        training.stop();
    }

    private Outcome trained(Training training, List<TrainingListener> more) throws InterruptedException {
        try (Audience.Seat seat = audience.admit(training.config(), topics.images());
                TrainingDisplay display = TrainingDisplay.here(training.steps())) {
            List<TrainingListener> all = new ArrayList<>(List.of(display, seat));
            all.addAll(more);
            return training.run(TrainingListener.all(all));
        }
    }

    /**
     * What a new run with these options takes of memory.
     *
     * @param side of its views, in pixels
     * @param ranks that share it
     * @throws RefusalException if there can be no such run
     */
    public MemoryNeed memory(int side, int ranks) {
        how.readWeights(saves.root());
        how.otherwise(PresetChoice.forViews(side, preset, how, steps).usual().amongst(ranks));
        how.forViews(side);
        return how.memory(side).sharedBy(ranks);
    }

    /** How many ranks of this machine the options ask for. */
    public int ranks() {
        return ranks.number();
    }

    /** The settings of a run that follows no other, without a preset. */
    public TrainConfig config() {
        how.readWeights(saves.root());
        return config(broker.connection(), Defaults.PLAIN.saveEvery());
    }

    private TrainConfig config(KafkaConnection kafka, SaveEvery usual) {
        Computing computing = how.computing(threads.orElseGet(() -> TorchDevice.threadsEach(
                how.devices(), Math.max(1, Runtime.getRuntime().availableProcessors() / here()))));
        RankShare share =
                others.map(all -> new RankShare(all.rank(), all.ranks())).orElse(RankShare.WHOLE);
        return how.config(run, seed, topics.at(kafka), saves.saving(usual), how.length(steps), computing)
                .as(share, 0);
    }

    /** Ranks of this run. */
    private int launched() {
        return others.map(Collective::ranks).orElse(1);
    }

    /** Ranks of this machine. */
    private int here() {
        return others.map(Collective::ranksHere).orElse(1);
    }
}
