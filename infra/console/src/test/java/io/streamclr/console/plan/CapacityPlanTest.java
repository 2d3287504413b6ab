package io.streamclr.console.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewEngine;
import io.streamclr.console.Console;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.wire.WireFormat;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The plan is arithmetic on measured figures; here it is done by hand. */
class CapacityPlanTest {

    /** 2 ms of engine a pair, 1 ms a megabyte in the job, 0.5 ms in the broker. */
    private static final Costs COSTS = new Costs("by hand", 224, 0.002, 0.001, 0.0005);

    @TempDir
    Path folder;

    @Test
    void coresFollowFromWhatAPairCosts() {
        CapacityPlan plan = CapacityPlan.of(demand(1_000, 1, 3), COSTS);

        // 301,056 bytes of pixels, 1,000 of envelope and 98,944 of image are 0.401 MB: 2 + 0.401 ms, 70 % busy.
        assertThat(plan.viewBytes()).isEqualTo(302_056);
        assertThat(plan.coreSecondsPerPair()).isCloseTo(0.002401, within(1e-9));
        assertThat(plan.augmentationCores()).isEqualTo(4); // 2.401 / 0.7 = 3.43
        assertThat(plan.partitions()).isEqualTo(12);
    }

    @Test
    void topicsAndDisksFollowFromTheBytes() {
        CapacityPlan plan = CapacityPlan.of(demand(1_000, 1, 3), COSTS);

        assertThat(plan.imagesMegabytesPerSecond()).isCloseTo(98.944, within(1e-6));
        assertThat(plan.viewsMegabytesPerSecond()).isCloseTo(302.056, within(1e-6));
        assertThat(plan.imagesTerabytes()).isCloseTo(3 * 0.098944, within(1e-6)); // a million images, three copies
        assertThat(plan.viewsTerabytes()).isCloseTo(3 * 302.056e6 * 3600 / 1e12, within(1e-6)); // an hour
        assertThat(plan.brokerTerabytes())
                .isCloseTo((plan.imagesTerabytes() + plan.viewsTerabytes()) / 3 / 0.7, within(1e-9));
    }

    @Test
    void theNextLimitIsTheLowest() {
        CapacityPlan plan = CapacityPlan.of(demand(1_000, 1, 3), COSTS);

        // Each of three brokers writes all views: 302 MB/s of 500; it sends (98.9 + 3 * 302.1) / 3 = 335 MB/s of 1,200.
        assertThat(plan.limits())
                .extracting(CapacityPlan.Limit::resource)
                .containsExactly("a broker's disk", "augmentation cores", "a broker's network");
        assertThat(plan.limits().get(0).pairsPerSecond()).isCloseTo(500 / 0.302056, within(0.1));
        assertThat(plan.limits().get(1).pairsPerSecond()).isCloseTo(4 / 0.002401, within(0.1));
        assertThat(plan.limits().get(2).pairsPerSecond()).isCloseTo(1_000 * 1_200 / 335.0373, within(0.1));
    }

    @Test
    void anotherTrainerReadsTheSameViewsAgain() {
        CapacityPlan one = CapacityPlan.of(demand(1_000, 1, 3), COSTS);
        CapacityPlan two = CapacityPlan.of(demand(1_000, 2, 3), COSTS);

        assertThat(two.augmentationCores()).isEqualTo(one.augmentationCores());
        assertThat(two.viewsTerabytes()).isEqualTo(one.viewsTerabytes());
        assertThat(two.limits().get(2).pairsPerSecond())
                .isLessThan(one.limits().get(2).pairsPerSecond());
    }

    @Test
    void viewsAboveTheMeasuredSizeCostByTheirArea() {
        assertThat(COSTS.engineSeconds(448)).isCloseTo(0.008, within(1e-9));
        assertThat(COSTS.engineSeconds(32)).isEqualTo(0.002);
    }

    @ParameterizedTest
    @ValueSource(strings = {"grey", "cifar", "imagenet"})
    void aPairIsAtMostItsPixelsAndTheEnvelope(String preset) {
        Recipe recipe = Recipe.parse(preset);
        ViewEngine engine = new ViewEngine(recipe);
        Pixels noise = new Pixels(64, 64, new byte[3 * 64 * 64]);
        ImageId id = ImageId.of(new byte[1]);

        ViewPair pair = new ViewPair(
                id.toString(),
                1_000_000,
                new Origin(1_000, Long.MAX_VALUE),
                Long.MAX_VALUE,
                recipe.fingerprint(),
                engine.draw(noise, Long.MAX_VALUE, id, 1_000_000, 0),
                engine.draw(noise, Long.MAX_VALUE, id, 1_000_000, 1),
                null);

        int kafkasFraming = 100;
        assertThat(WireFormat.VIEW_PAIR.encode(pair).length
                        + 2 * recipe.shortText().length()
                        + kafkasFraming)
                .isGreaterThan(6 * recipe.size() * recipe.size())
                .isLessThan(6 * recipe.size() * recipe.size() + CapacityPlan.ENVELOPE_BYTES);
    }

    @Test
    void figuresOfOnesOwnReplaceTheShippedOnes() throws Exception {
        Path pipeline = Files.writeString(folder.resolve("pipeline.json"), """
                {"pairs_per_second": 500, "engine_pairs_per_second": 1000, "size": 64, "parallelism": 2,
                 "megabytes_in_per_second": 10, "megabytes_out_per_second": 40, "job_cores": 1.5, "broker_cores": 0.25}
                """);
        Path engine = Files.writeString(
                folder.resolve("views.json"), "{\"pairs_per_second\": 800, \"size\": 64, \"stages\": {}}");
        Path trainer =
                Files.writeString(folder.resolve("train.json"), "{\"pairs_per_second\": 4000, \"step_seconds\": 0.1}");

        Measurements measured = Measurements.of(List.of(pipeline));
        Costs costs = measured.costs(64);
        Measurements all = Measurements.of(List.of(pipeline, engine, trainer));

        assertThat(costs.engineSeconds()).isCloseTo(0.002, within(1e-9)); // two threads, 1,000 pairs/s
        assertThat(costs.carrySeconds()).isCloseTo(0.001 * 500 / 50, within(1e-9)); // 3 ms a pair, 2 of them the engine
        assertThat(costs.brokerSeconds()).isCloseTo(0.005, within(1e-9));
        assertThat(all.costs(64).engineSeconds()).isCloseTo(1 / 800.0, within(1e-9));
        assertThat(all.trainerPairsPerSecond()).hasValue(4000);
    }

    @Test
    void aFileOfNoBenchmarkIsRefused() throws Exception {
        Path other = Files.writeString(folder.resolve("other.json"), "{\"a\": 1}");
        Path negative = Files.writeString(
                folder.resolve("negative.json"), "{\"pairs_per_second\": -1, \"size\": 64, \"stages\": {}}");

        assertThatThrownBy(() -> Measurements.of(List.of(other)))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The figures in " + other + " cannot be read (it holds figures of no benchmark); give what"
                        + " 'streamclr bench pipeline --json' printed");
        assertThatThrownBy(() -> Measurements.of(List.of(negative)))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("pairs_per_second is -1, not a number above 0");
    }

    @Test
    void theCommandPrintsOneObjectOfFigures() throws Exception {
        StringWriter output = new StringWriter();
        CommandLine line = Console.commandLine().setOut(new PrintWriter(output));

        int exitCode = line.execute("plan", "--gpu-pairs-per-second", "1500", "--size", "224", "--json");

        JsonNode figures = new ObjectMapper().readTree(output.toString());
        assertThat(exitCode).isZero();
        assertThat(figures.path("augmentation_cores").asInt()).isPositive();
        assertThat(figures.path("partitions").asInt())
                .isGreaterThanOrEqualTo(2 * figures.path("augmentation_cores").asInt());
        assertThat(figures.path("views_megabytes_per_second").asDouble()).isCloseTo(453.1, within(0.1));
        assertThat(figures.path("measured_by").asText()).startsWith("streamclr bench pipeline");
    }

    @Test
    void viewsTakeTheRoomThatTheLongestAbsenceOfATrainerNeeds() throws Exception {
        double hour = 1500 * (6 * 224 * 224 + 1000) * 3600.0 * 3 / 1e12;

        assertThat(viewsTerabytes()).isCloseTo(6 * hour, within(1e-6));
        assertThat(viewsTerabytes("--trainer-absence", "16h")).isCloseTo(24 * hour, within(1e-6));
        assertThat(viewsTerabytes("--views-hours", "1.5")).isCloseTo(1.5 * hour, within(1e-6));
    }

    private static double viewsTerabytes(String... more) throws Exception {
        StringWriter output = new StringWriter();
        List<String> words =
                new ArrayList<>(List.of("plan", "--gpu-pairs-per-second", "1500", "--size", "224", "--json"));
        words.addAll(List.of(more));
        Console.commandLine().setOut(new PrintWriter(output)).execute(words.toArray(String[]::new));
        return new ObjectMapper()
                .readTree(output.toString())
                .path("views_terabytes")
                .asDouble();
    }

    @Test
    void theMemoryOfATrainerFollowsFromTheOptionsThatItIsGiven() throws Exception {
        JsonNode large = memory("--batch-size 4096 --block 8 --chunk 1024 --device gpu:0");
        JsonNode small = memory("--batch-size 4096 --block 2 --chunk 256 --device gpu:0");

        assertThat(large.path("off_heap_bytes").asDouble()).isCloseTo(24.85e9, within(0.01e9));
        assertThat(small.path("off_heap_bytes").asDouble()).isCloseTo(8.99e9, within(0.01e9));
        assertThat(large.path("chunk_bytes").asLong())
                .isEqualTo(4 * small.path("chunk_bytes").asLong());
        assertThat(small.path("device_bytes").asLong())
                .isGreaterThan(small.path("chunk_bytes").asLong());
        assertThat(small.path("host_bytes").asLong())
                .isEqualTo(small.path("off_heap_bytes").asLong()
                        + small.path("heap_bytes").asLong());
    }

    @Test
    void theMemoryIsSaidForPeopleTooAndAWrongOptionIsNamed() {
        StringWriter output = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine line = Console.commandLine().setOut(new PrintWriter(output)).setErr(new PrintWriter(errors));

        int said = line.execute(
                "plan", "--gpu-pairs-per-second", "1", "--size", "32", "--training", "--device gpu:0 --depth 50");
        int refused = line.execute("plan", "--gpu-pairs-per-second", "1", "--size", "32", "--training", "--chunks 9");

        assertThat(said).isZero();
        assertThat(output.toString())
                .containsPattern("trainer +[0-9.]+ GB of the host")
                .containsPattern("card +[0-9.]+ GB, and a fifth more likewise: of it [0-9.]+ GB for a chunk of 1,024");
        assertThat(refused).isEqualTo(2);
        assertThat(errors.toString()).contains("--training '--chunks 9': Unknown option");
    }

    private static JsonNode memory(String options) throws Exception {
        StringWriter output = new StringWriter();
        Console.commandLine()
                .setOut(new PrintWriter(output))
                .execute("plan", "--gpu-pairs-per-second", "1500", "--size", "224", "--json", "--training", options);
        return new ObjectMapper().readTree(output.toString()).path("trainer_memory");
    }

    @Test
    void moreCopiesThanBrokersAreRefused() {
        StringWriter errors = new StringWriter();
        CommandLine line = Console.commandLine().setErr(new PrintWriter(errors));

        int exitCode = line.execute(
                "plan", "--gpu-pairs-per-second", "1", "--size", "32", "--brokers", "2", "--replication", "3");

        assertThat(exitCode).isEqualTo(2);
        assertThat(errors.toString()).contains("--replication must be 1 to the number of --brokers");
    }

    private static Demand demand(double pairs, int trainers, int brokers) {
        return new Demand(pairs, trainers, 1, 224, 98_944, 1_000_000, 1, 3, brokers, 1_200, 500);
    }
}
