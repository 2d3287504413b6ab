package io.streamclr.local.experiment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.Home;
import io.streamclr.console.chart.ChartFolder;
import io.streamclr.console.screen.Status;
import io.streamclr.local.dataset.FashionMnist;
import io.streamclr.local.screen.Fetching;
import io.streamclr.process.command.Terminal;
import io.streamclr.schemas.RefusalException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options of every experiment, and how it goes from there to a table and charts. */
public final class ExperimentOptions {

    @Mixin
    private Home home;

    @Option(
            names = "--budget-pairs",
            paramLabel = "N",
            defaultValue = "40000",
            description = "View pairs that a usual run trains on (default: ${DEFAULT-VALUE}).")
    private long pairs;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "2",
            description = "Repetitions of each run, with seeds from 1 on (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Train on N of the training images (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(
            names = "--measured",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Evaluate on the first N training images, which probes are fitted on, and the first N test"
                    + " images (default: ${DEFAULT-VALUE}).")
    private int measured;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "0",
            description = "Total time limit: scale down the pairs of all runs if they would take longer, and start"
                    + " none after it (default: no limit).")
    private int minutes;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "Train on your own images, with labels, grey or in colour: a WebDataset tar file, folders or"
                    + " a zip file with a folder for each class, an IDX file with its labels beside it, a Parquet file"
                    + " (default: Fashion-MNIST, downloaded the first time). Views are of 28 pixels of grey images, and"
                    + " of the size of the images, 64 pixels at most, of images in colour.")
    private Path data;

    @Option(names = "--test", paramLabel = "PATH", description = "With --data: other labelled images to evaluate on.")
    private Path test;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Directory of plan, broker, encoders, results, table and charts (default: experiments/NAME"
                    + " under --home, or the directory of --plan).")
    private Path folder;

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description = "Do the runs of this plan; the options above are ignored.")
    private Path plan;

    @Option(
            names = "--plan-only",
            description = "Write the plan, to be read or changed, say about how long its runs take, and exit.")
    private boolean planOnly;

    @Option(
            names = "--runs",
            paramLabel = "NAMES",
            description = "Only these runs, by their names in the plan, separated by commas (default: all; --plan-only"
                    + " lists them).")
    private Optional<String> names;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "PyTorch threads; this command uses no graphics card (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print one JSON object at the end, on the last line of standard output.")
    private boolean json;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    /** Whether the runs are those of a plan, which names all that they are made of. */
    boolean hasPlan() {
        return plan != null;
    }

    /**
     * Makes the plan or takes the one that is there, does what is not done of it, and shows what came out.
     *
     * @param own options of this experiment alone that were given, by their names without dashes
     * @return the exit code
     */
    public int work(Experiment experiment, Map<String, String> own) throws Exception {
        if (threads < 1 || threads > 1024) {
            throw new ParameterException(spec.commandLine(), "--threads must be 1 to 1024");
        }
        if ((data == null) != (test == null)) {
            throw new ParameterException(spec.commandLine(), "--data and --test go together");
        }
        Path place = place(experiment);
        try (Status status = new Status(System.err, Terminal.isThere())) {
            ExperimentRunner runner = new ExperimentRunner(place, threads, status);
            Path file = plan == null ? place.resolve("plan.json") : plan;
            ExperimentPlan planned = plan(experiment, own, file, runner, status);
            status.say(
                    "plan",
                    planned.runs().size() + " runs, " + planned.settings().seeds() + " seeds each: " + file);
            if (!planned.scaled().isEmpty()) {
                status.say("plan", planned.scaled());
            }
            if (planOnly) {
                show(Estimate.of(planned, runner.quickRates(planned)));
                return 0;
            }
            ChartFolder charts = ChartFolder.at(place);
            experiment.illustrate(planned, charts).ifPresent(seen -> status.say("images", seen));
            Optional<Outcome> outcome =
                    runner.work(planned, Duration.ofMinutes(planned.settings().minutes()));
            if (outcome.isEmpty()) {
                return 130;
            }
            experiment.draw(outcome.get(), charts);
            show(outcome.get(), place);
            return 0;
        }
    }

    private Path place(Experiment experiment) {
        if (folder != null) {
            return folder.toAbsolutePath().normalize();
        }
        return plan != null
                ? plan.toAbsolutePath().normalize().getParent()
                : home.folder().resolve("experiments").resolve(experiment.name());
    }

    private ExperimentPlan plan(
            Experiment experiment, Map<String, String> own, Path file, ExperimentRunner runner, Status status) {
        if (plan != null) {
            return ofThis(experiment, ExperimentPlan.read(file), file);
        }
        Map<String, String> asked = new LinkedHashMap<>(own);
        names.ifPresent(some -> asked.put(ExperimentPlan.RUNS, some));
        ExperimentSettings settings = settings(asked, status);
        if (Files.exists(file)) {
            ExperimentPlan there = ofThis(experiment, ExperimentPlan.read(file), file);
            if (!there.settings().equals(settings)) {
                throw new RefusalException("The plan " + file + " was made with other options; go on with it by --plan "
                        + file + ", or give another --out");
            }
            return there;
        }
        BaseRecipe base = BaseRecipe.of(Path.of(settings.data()));
        ExperimentPlan whole = new ExperimentPlan(
                        experiment.name(), settings, "", experiment.runs(settings, base, file.getParent()))
                .asked()
                .precisely();
        ExperimentPlan made = minutes == 0
                ? whole
                : whole.within(Duration.ofMinutes(minutes), planOnly ? runner.quickRates(whole) : runner.rates(whole));
        made.write(file);
        return made;
    }

    private static ExperimentPlan ofThis(Experiment experiment, ExperimentPlan plan, Path file) {
        if (!plan.experiment().equals(experiment.name())) {
            throw new RefusalException("The plan " + file + " is of experiment " + plan.experiment()
                    + "; start it with 'streamclr experiment " + plan.experiment() + "'");
        }
        return plan;
    }

    private ExperimentSettings settings(Map<String, String> own, Status status) {
        if (data != null) {
            return new ExperimentSettings(there(data), there(test), pairs, seeds, images, measured, minutes, own);
        }
        Path fashion = FashionMnist.fetch(home.folder().resolve("data"), new Fetching(status));
        return new ExperimentSettings(
                fashion.resolve(FashionMnist.TRAIN_IMAGES).toString(),
                fashion.resolve(FashionMnist.TEST_IMAGES).toString(),
                pairs,
                seeds,
                images,
                measured,
                minutes,
                own);
    }

    /**
     * The absolute place of images.
     *
     * @throws RefusalException if nothing is there
     */
    static String there(Path path) {
        if (!Files.exists(path)) {
            throw new RefusalException("There is no folder or file " + path + "; check the path");
        }
        return path.toAbsolutePath().normalize().toString();
    }

    private void show(Estimate estimate) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? estimate.json() + System.lineSeparator() : estimate.text());
        out.flush();
    }

    private void show(Outcome outcome, Path place) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = outcome.json();
            object.put("folder", place.toString());
            out.println(object);
        } else {
            out.println();
            out.print(outcome.text());
            out.println();
            if (outcome.missing() > 0) {
                out.println(outcome.missing() + " trials are not done; the same command goes on with them");
            }
            out.println("Charts, results and encoders: " + place);
        }
        out.flush();
    }
}
