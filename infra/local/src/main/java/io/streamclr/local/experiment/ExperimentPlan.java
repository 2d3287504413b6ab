package io.streamclr.local.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The runs of an experiment. As a file it is JSON that people may change: a run that is changed is another run.
 *
 * @param experiment its name
 * @param settings that it was made from
 * @param scaled how far it falls short of the settings, in a sentence; empty if it does not
 * @param runs one or more, of different names
 */
public record ExperimentPlan(String experiment, ExperimentSettings settings, String scaled, List<PlannedRun> runs) {

    /** An option of every experiment: the names of the runs to do, separated by commas. */
    static final String RUNS = "runs";

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Fewer steps teach nothing. */
    private static final long LEAST_STEPS = 10;

    /** Part of the time that is kept for a machine that becomes busier. */
    private static final double RESERVE = 0.1;

    /** @throws RefusalException if it has no runs, or two of one name */
    public ExperimentPlan {
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(scaled, "scaled");
        runs = List.copyOf(runs);
        Set<String> names = new HashSet<>();
        for (PlannedRun run : runs) {
            if (!names.add(run.name())) {
                throw new RefusalException("Two runs of the plan are called " + run.name() + "; rename one");
            }
            int side = Recipe.parse(run.recipe()).size();
            int first = Recipe.parse(runs.get(0).recipe()).size();
            if (side != first) {
                throw new RefusalException("Run " + run.name() + " has views of " + side + " pixels and "
                        + runs.get(0).name() + " of " + first
                        + ", but all are measured on the same images; give them one size");
            }
            if (!run.at().keySet().equals(runs.get(0).at().keySet())) {
                throw new RefusalException("Run " + run.name() + " stands at "
                        + String.join(", ", run.at().keySet()) + " in the table and "
                        + runs.get(0).name() + " at "
                        + String.join(", ", runs.get(0).at().keySet()) + "; give all runs the same columns");
            }
        }
        if (runs.isEmpty()) {
            throw new RefusalException("The plan has no runs; list one or more");
        }
    }

    /**
     * Those of its runs that its settings ask for; all if they name none.
     *
     * @throws RefusalException if they name one that it has not
     */
    ExperimentPlan asked() {
        List<String> names = runs.stream().map(PlannedRun::name).toList();
        List<String> asked = settings.listed(RUNS, names);
        asked.stream().filter(name -> !names.contains(name)).findFirst().ifPresent(unknown -> {
            throw RefusalException.ofUsage("--" + RUNS + " has '" + unknown + "', but the runs of experiment "
                    + experiment + " are " + String.join(", ", names));
        });
        return with(runs.stream().filter(run -> asked.contains(run.name())).toList());
    }

    /** With each run in the precision that is faster for its network on this processor. */
    ExperimentPlan precisely() {
        return with(runs.stream().map(PlannedRun::precisely).toList());
    }

    private ExperimentPlan with(List<PlannedRun> others) {
        return new ExperimentPlan(experiment, settings, scaled, others);
    }

    /** All that is measured on any run. */
    List<TrialMetric> measures() {
        return runs.stream()
                .flatMap(run -> run.measures().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** Every run with every seed, the first seed of all runs before the second of any. */
    List<Trial> trials() {
        List<Trial> trials = new ArrayList<>();
        LongStream.rangeClosed(1, settings.seeds())
                .forEach(seed -> runs.forEach(run -> trials.add(new Trial(run, seed, settings))));
        return trials;
    }

    /**
     * This plan, or where it takes longer than it may, the same runs on fewer pairs, all in the same proportion.
     *
     * @throws RefusalException if too few would be left
     */
    ExperimentPlan within(Duration most, RunRates rates) {
        double pairs = trials().stream().mapToLong(trial -> trial.run().pairs()).sum();
        double rest = trials().stream()
                .mapToDouble(trial -> rates.of(trial.run()).secondsARun())
                .sum();
        double learning = trials().stream()
                .mapToDouble(
                        trial -> trial.run().pairs() / rates.of(trial.run()).pairsPerSecond())
                .sum();
        double left = (1 - RESERVE) * most.toSeconds() - rest;
        double part = left / learning;
        if (part >= 1) {
            return this;
        }
        List<PlannedRun> fewer = new ArrayList<>();
        for (PlannedRun run : runs) {
            long some = (long) (Math.max(0, part) * run.pairs());
            if (some < LEAST_STEPS * Trial.batchPairs(run)) {
                throw new RefusalException(String.format(
                        Locale.ROOT,
                        "%d runs do not fit into %d minutes: at %.0f pairs/s and %.0f s to measure each, run %s would"
                                + " have %d pairs; give --minutes %.0f, fewer --seeds, or a plan with fewer runs",
                        trials().size(),
                        most.toMinutes(),
                        pairs / learning,
                        rest / trials().size(),
                        run.name(),
                        some,
                        Math.ceil((rest + learning) / (1 - RESERVE) / 60)));
            }
            fewer.add(run.withPairs(some));
        }
        String why = String.format(
                Locale.ROOT,
                "each run has %.0f %% of the pairs asked for, to end within %d minutes at %.0f pairs/s",
                100 * part,
                most.toMinutes(),
                pairs / learning);
        return new ExperimentPlan(experiment, settings, why, fewer);
    }

    /**
     * Reads a plan.
     *
     * @throws RefusalException if the file is missing, or is no plan
     */
    static ExperimentPlan read(Path file) {
        try {
            return read(Files.readAllBytes(file), file);
        } catch (NoSuchFileException missing) {
            throw new RefusalException("There is no plan " + file + "; check the path", missing);
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "The plan " + file + " cannot be read: " + FileFault.of(unreadable)
                            + "; check the path and the rights",
                    unreadable);
        }
    }

    private static ExperimentPlan read(byte[] content, Path file) {
        try {
            return PlanForm.read(JSON.readTree(content));
        } catch (RefusalException senseless) {
            throw new RefusalException("In the plan " + file + ": " + senseless.getMessage(), senseless);
        } catch (IOException broken) {
            String why = FileFault.of(broken);
            throw new RefusalException(file + " is no plan: " + why + "; fix it, or delete it for a new one", broken);
        }
    }

    /** Writes it, over what is there. */
    void write(Path file) {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(partial, JSON.writeValueAsBytes(PlanForm.write(this)));
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new RefusalException(
                    "The plan cannot be written to " + file + ": " + FileFault.of(unwritable) + "; give another --out",
                    unwritable);
        }
    }
}
