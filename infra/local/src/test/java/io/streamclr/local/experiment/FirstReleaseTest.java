package io.streamclr.local.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments that release 0.1 began. */
class FirstReleaseTest {

    private static final ExperimentSettings SETTINGS =
            new ExperimentSettings("/data/train.idx", "/data/test.idx", 40_000, 2, 20_000, 10_000, 90);

    @TempDir
    private Path folder;

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(FirstReleaseTest.class.getResource(name).toURI());
    }

    private static Path left(String name) throws URISyntaxException {
        return resource("/version-0.1/experiment").resolve(name);
    }

    @Test
    void itsPlansAreThoseOfTodayButForTheTraining() throws Exception {
        for (Experiment experiment :
                List.of(new AugmentationsExperiment(), new HeadExperiment(), new BatchExperiment())) {
            ExperimentPlan today = new ExperimentPlan(
                    experiment.name(), SETTINGS, "", experiment.runs(SETTINGS, BaseRecipe.GREY, folder));

            ExperimentPlan then = ExperimentPlan.read(left("plan-" + experiment.name() + ".json"));

            assertThat(then.settings()).isEqualTo(today.settings());
            assertThat(untrained(then)).isEqualTo(untrained(today));
            assertThat(then.runs()).allSatisfy(run -> assertThat(run.train()).startsWith("--depth 18 "));
        }
    }

    private static List<PlannedRun> untrained(ExperimentPlan plan) {
        return plan.runs().stream().map(run -> run.trainedBy("")).toList();
    }

    @Test
    void aTrialIsCalledAsItWasAndReadsWhatItRead() throws Exception {
        List<String> called = new ArrayList<>();
        for (String name : List.of("augmentations", "head", "batch", "stream")) {
            for (Trial trial :
                    ExperimentPlan.read(left("plan-" + name + ".json")).trials()) {
                called.add(String.join(
                        " ",
                        name,
                        trial.id(),
                        trial.floor(),
                        trial.views().topic(),
                        trial.views().images().topic()));
            }
        }

        assertThat(called).isEqualTo(Files.readAllLines(left("trials.txt")));
    }

    @Test
    void aResultIsReadAgain() throws Exception {
        Result result = new Results(left("results")).read("head-s1-0123abcd").orElseThrow();

        assertThat(result).isEqualTo(result(EnumSet.range(TrialMetric.LINEAR_H, TrialMetric.CROP_Z)));
    }

    private static Result result(Set<TrialMetric> measures) {
        Map<TrialMetric, Double> figures = new LinkedHashMap<>();
        for (TrialMetric measure : measures) {
            figures.put(measure, 0.5 + measure.ordinal() / 100.0);
        }
        return new Result(
                "head-s1-0123abcd", "head", 1, 312, 39936, 61.25, figures, "/data/checkpoints/x/step-00000312");
    }

    @Test
    void whatIsWrittenTodayIsWrittenOutInFiles() throws Exception {
        ExperimentPlan plan = ExperimentPlan.read(left("plan-stream.json"));

        plan.write(folder.resolve("plan.json"));
        new Results(folder).keep(result(EnumSet.allOf(TrialMetric.class)));

        assertThat(folder.resolve("plan.json")).hasSameTextualContentAs(resource("/today/plan.json"));
        assertThat(folder.resolve("head-s1-0123abcd.json")).hasSameTextualContentAs(resource("/today/result.json"));
        assertThat(ExperimentPlan.read(folder.resolve("plan.json"))).isEqualTo(plan);
        assertThat(new Results(folder).read("head-s1-0123abcd")).contains(result(EnumSet.allOf(TrialMetric.class)));
    }

    @Test
    void whatALaterReleaseWroteIsRefused() throws Exception {
        Path plan = folder.resolve("plan.json");
        String later = Files.readString(resource("/today/plan.json")).replace("\"version\" : 2", "\"version\" : 3");
        Files.writeString(plan, later);

        assertThatThrownBy(() -> ExperimentPlan.read(plan))
                .isInstanceOf(RefusalException.class)
                .hasMessage(plan + " is no plan: its format is streamclr-experiment-plan of version 3, and"
                        + " streamclr-experiment-plan of version 1 or 2 is known to this StreamCLR; fix it, or delete"
                        + " it for a new one");
    }

    @Test
    void foldersOfStreamsAreCalledAsTheyWere() throws Exception {
        assertThat(Arrays.stream(StreamOrder.values()).map(StreamOrder::word))
                .isEqualTo(Files.readAllLines(left("streams.txt")));
    }
}
