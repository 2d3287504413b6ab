package io.streamclr.local.experiment;

import io.streamclr.augment.view.Recipe;
import io.streamclr.console.Interruptible;
import io.streamclr.console.probe.ImageSet;
import io.streamclr.console.screen.Status;
import io.streamclr.process.command.Stoppable;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.run.FirstEncoder;
import io.streamclr.trainer.run.Training;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Does the trials of a plan that are not done yet, one after the other, and keeps each result at once. A trial that was
 * ended in its middle goes on from its newest checkpoint. For one thread.
 */
public final class ExperimentRunner {

    private static final int REHEARSED_STEPS = 5;
    private static final int FEW_STEPS = 2;

    /** For configurations that nothing is run with. */
    private static final KafkaConnection NO_BROKER = KafkaConnection.to("none:1");

    /** How long Ctrl-C waits for a trial to save what it learned. */
    private static final Duration TO_STOP = Duration.ofSeconds(60);

    private final Path folder;
    private final int threads;
    private final Status status;
    private final Results results;
    private volatile boolean stopped;
    private volatile Optional<TrialPipeline> workplace = Optional.empty();
    private Optional<TrialProbes> measuring = Optional.empty();

    /**
     * @param folder of the experiment: broker, checkpoints and results lie here
     * @param threads of PyTorch
     */
    ExperimentRunner(Path folder, int threads, Status status) {
        this.folder = folder;
        this.threads = threads;
        this.status = status;
        this.results = new Results(folder.resolve("results"));
    }

    /** How fast this machine would do the runs of a plan, found by training a little and measuring once. */
    RunRates rates(ExperimentPlan plan) {
        status.say("pace", "measuring how fast this machine trains and measures");
        return Interruptible.work(() -> {
            Rehearsal rehearsal = Rehearsal.of(plan, REHEARSED_STEPS, threads, status);
            measuring(plan);
            long begin = System.nanoTime();
            measureUntrained(plan);
            double seconds = (System.nanoTime() - begin) / 1e9;
            return rehearsal.measuring(plan.runs().get(0), seconds);
        });
    }

    /** About the same sooner: a few steps of each network are trained, and what measuring takes follows from their pace. */
    RunRates quickRates(ExperimentPlan plan) {
        return Interruptible.work(() -> Rehearsal.of(plan, FEW_STEPS, threads, status)
                .measuring(plan.settings().measured()));
    }

    /**
     * Does what is not done.
     *
     * @param most no trial begins later than this after the start; zero for no bound
     * @return what is done in the end; empty if somebody stopped it
     */
    Optional<Outcome> work(ExperimentPlan plan, Duration most) throws Exception {
        return Stoppable.work(TO_STOP, this::stop, () -> {
            long begin = System.nanoTime();
            List<Result> floors = floors(plan);
            try {
                List<Trial> left = left(plan);
                while (!left.isEmpty() && !stopped && inTime(begin, most)) {
                    one(left, plan);
                    left = left(plan);
                }
            } finally {
                workplace.ifPresent(TrialPipeline::close);
            }
            if (stopped) { // said here, because the process waits for nothing that comes after this work
                status.say("stopped", "what is finished is kept; the same command goes on from here");
                return Optional.empty();
            }
            return Optional.of(outcome(plan, floors));
        });
    }

    private void stop() {
        status.finishLine();
        status.say("stopping", "saving what was learned");
        stopped = true;
        workplace.ifPresent(TrialPipeline::stop);
    }

    private static boolean inTime(long begin, Duration most) {
        return most.isZero() || System.nanoTime() - begin < most.toNanos();
    }

    private Outcome outcome(ExperimentPlan plan, List<Result> floors) {
        List<Result> done = new ArrayList<>();
        plan.trials().forEach(trial -> results.of(trial).ifPresent(done::add));
        return new Outcome(plan, floors, done);
    }

    /** Trials without a result: seed by seed, and in a seed those together that share their views. */
    private List<Trial> left(ExperimentPlan plan) {
        Map<Object, List<Trial>> together = new LinkedHashMap<>();
        for (Trial trial : plan.trials()) {
            if (results.of(trial).isEmpty()) {
                together.computeIfAbsent(trial.run().supervised() ? trial : trial.views(), any -> new ArrayList<>())
                        .add(trial);
            }
        }
        return together.values().stream().flatMap(Collection::stream).toList();
    }

    /** @param left what is not done, 1 trial or more; the first is done */
    private void one(List<Trial> left, ExperimentPlan plan) throws Exception {
        Trial trial = left.get(0);
        int number = plan.trials().size() - left.size() + 1;
        status.say(
                "run",
                number + " of " + plan.trials().size() + ": " + trial.run().name() + ", seed " + trial.seed());
        if (trial.run().supervised()) {
            learnFromLabels(trial, plan);
        } else {
            learnFromViews(trial, left, plan);
        }
    }

    private void learnFromLabels(Trial trial, ExperimentPlan plan) {
        Optional<SupervisedTraining.Outcome> trained =
                new SupervisedTraining(trial, threads, status).run(folder.resolve("supervised"), () -> stopped);
        if (trained.isEmpty()) {
            return;
        }
        Map<TrialMetric, Double> figures = new EnumMap<>(TrialMetric.class);
        figures.putAll(
                measuring(plan).encoder(trained.get().encoder(), trial.run().measures(), () -> stopped));
        if (trial.run().measures().contains(TrialMetric.SUPERVISED)) {
            figures.put(TrialMetric.SUPERVISED, trained.get().accuracy());
        }
        if (stopped) {
            return;
        }
        results.keep(Result.of(
                trial,
                trained.get().steps(),
                trained.get().images(),
                trained.get().seconds(),
                figures,
                trained.get().encoder().getParent().toString()));
    }

    private void learnFromViews(Trial trial, List<Trial> left, ExperimentPlan plan) throws Exception {
        if (workplace.isEmpty()) {
            workplace = Optional.of(TrialPipeline.in(folder, threads, status));
        }
        TrialPipeline place = workplace.get();
        List<Trial> sharing = left.stream()
                .filter(other -> !other.run().supervised() && other.views().equals(trial.views()))
                .toList();
        place.draw(
                trial.views(),
                sharing.stream().mapToLong(Trial::pairsRead).max().orElseThrow());
        if (stopped) {
            return;
        }
        Optional<Training.Outcome> trained = place.train(trial);
        if (trained.isEmpty() || stopped) {
            return;
        }
        Map<TrialMetric, Double> figures = measuring(plan)
                .encoder(trained.get().encoder().orElseThrow(), trial.run().measures(), () -> stopped);
        if (stopped) {
            return;
        }
        results.keep(Result.of(
                trial,
                trained.get().step(),
                trained.get().pairs(),
                trained.get().seconds(),
                figures,
                trained.get().checkpoint().orElseThrow().toString()));
        if (sharing.size() == 1) {
            place.forget(trial.views());
        }
    }

    /** Raw pixels, and the encoder that the first run of the plan begins with. */
    private List<Result> floors(ExperimentPlan plan) {
        String floor = plan.trials().get(0).floor();
        Optional<Result> pixels = results.read("pixels-" + floor);
        Optional<Result> untrained = results.read("untrained-" + floor);
        if (pixels.isEmpty() || untrained.isEmpty()) {
            status.say("floors", "measuring raw pixels and the untrained encoder");
        }
        return List.of(
                pixels.orElseGet(() ->
                        kept("pixels-" + floor, "raw pixels", measuring(plan).pixels(plan.measures(), () -> stopped))),
                untrained.orElseGet(() -> measureUntrained(plan)));
    }

    private Result measureUntrained(ExperimentPlan plan) {
        Trial first = plan.trials().get(0);
        Path encoder =
                FirstEncoder.writeUntrained(first.training(NO_BROKER, folder, threads), folder.resolve("untrained"));
        return kept(
                "untrained-" + first.floor(),
                "untrained encoder",
                measuring(plan).encoder(encoder, plan.measures(), () -> stopped));
    }

    /** A floor is kept only when it is whole. */
    private Result kept(String id, String name, Map<TrialMetric, Double> figures) {
        Result floor = new Result(id, name, 1, 0, 0, 0, figures, "");
        if (!stopped) {
            results.keep(floor);
        }
        return floor;
    }

    private static ImageSet images(String place, Recipe sides, ExperimentSettings settings) {
        return ImageSet.read(Path.of(place), sides, OptionalLong.empty(), settings.measured());
    }

    private TrialProbes measuring(ExperimentPlan plan) {
        if (measuring.isEmpty()) {
            ExperimentSettings settings = plan.settings();
            Recipe sides = Recipe.parse(plan.runs().get(0).recipe());
            ImageSet asked = images(settings.test(), sides, settings);
            TrialProbes probes = new TrialProbes(images(settings.data(), sides, settings), asked, threads);
            if (plan.measures().contains(TrialMetric.CONTRASTIVE_Z)) {
                probes.withViews(asked, sides);
            }
            settings.own(TransferExperiment.OTHER)
                    .ifPresent(other -> probes.withOther(
                            images(other, sides, settings), images(settings.testOf(other), sides, settings)));
            measuring = Optional.of(probes);
        }
        return measuring.get();
    }
}
