package io.streamclr.console.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.console.Console;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.settings.Preset;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The plan of a trainer of several processes, by sums that one can do by hand. */
class RankShareTest {

    private static final String OPTIONS = "--preset paper --precision bfloat16 --block 2 --chunk 256 --device gpu:0";

    private final StringWriter errors = new StringWriter();

    @Test
    void aRankExchangesTheEmbeddingsOfAllOthersAndTwiceTheirPartsOfTheWeights() throws Exception {
        NetworkPlan network = Preset.PAPER.at(224, 4096).network();
        JsonNode rank = json("--ranks", "4", "--training", OPTIONS).path("rank");

        assertThat(rank.path("pairs").asInt()).isEqualTo(1024);
        // Three quarters of 8,192 embeddings, and of all weights as gradients and again as sums, in 32 bits.
        assertThat(rank.path("embedding_bytes").asLong()).isEqualTo(3 * 2048L * network.embedding() * 4);
        assertThat(rank.path("gradient_bytes").asDouble())
                .isCloseTo(0.75 * 2 * 4 * Architecture.of(network).parameters(), within(4.0));
        // 4 x 800 pairs/s are a step of 4,096 pairs every 1.28 s.
        assertThat(rank.path("megabytes_per_second").asDouble())
                .isCloseTo(
                        (rank.path("embedding_bytes").asLong()
                                        + rank.path("gradient_bytes").asLong())
                                / 1.28e6,
                        within(1e-6));
    }

    @Test
    void ranksAreFedAsOneTrainerThatIsSoManyTimesAsFast() throws Exception {
        JsonNode four = json("--ranks", "4");
        JsonNode fast = json("--gpu-pairs-per-second", "3200");

        assertThat(four.path("views_megabytes_per_second")).isEqualTo(fast.path("views_megabytes_per_second"));
        assertThat(four.path("augmentation_cores")).isEqualTo(fast.path("augmentation_cores"));
        assertThat(four.path("limits")).isEqualTo(fast.path("limits"));
        assertThat(four.has("rank")).as("without --training nobody knows").isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 7, 16, 100})
    void eachRankHasAsManyPartitions(int ranks) throws Exception {
        JsonNode plan = json("--ranks", Integer.toString(ranks));

        assertThat(plan.path("partitions").asInt() % ranks).isZero();
        assertThat(plan.path("partitions").asInt())
                .isGreaterThanOrEqualTo(2 * plan.path("augmentation_cores").asInt());
    }

    @Test
    void theMemoryIsThatOfOneRank() throws Exception {
        JsonNode alone = json("--training", OPTIONS + " --batch-size 1024").path("trainer_memory");
        JsonNode rank = json("--ranks", "4", "--training", OPTIONS).path("trainer_memory");

        // The views of its part, and buffers of the exchange: twice 28 million weights of 4 bytes.
        assertThat(rank.path("off_heap_bytes").asLong()
                        - alone.path("off_heap_bytes").asLong())
                .isBetween(2 * 4 * 23_000_000L, 2 * 4 * 30_000_000L);
        assertThat(rank.path("device_bytes").asLong())
                .isGreaterThan(alone.path("device_bytes").asLong());
    }

    @Test
    void peopleReadItInALineOfTheirOwn() {
        String said = plan("--ranks", "4", "--training", OPTIONS);

        assertThat(said)
                .containsPattern("partitions +\\d+, \\d+ for each rank")
                .containsPattern("rank +[0-9.]+ GB of the host")
                .containsPattern("exchange +[0-9.]+ MB a step into each of 4 ranks and as much out of it");
        assertThat(plan("--training", OPTIONS)).contains("trainer  ").doesNotContain("exchange", "rank");
    }

    @Test
    void aBatchThatCannotBeSharedIsRefused() {
        plan("--ranks", "3", "--training", OPTIONS);
        plan("--ranks", "0");

        assertThat(errors.toString())
                .contains("A batch of 4096 pairs cannot be shared by 3 ranks", "--ranks must be 1 to 1000");
    }

    private JsonNode json(String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of(more));
        words.add("--json");
        return new ObjectMapper().readTree(plan(words.toArray(String[]::new)));
    }

    private String plan(String... more) {
        List<String> words = new ArrayList<>(List.of("plan", "--size", "224"));
        if (!List.of(more).contains("--gpu-pairs-per-second")) {
            words.addAll(List.of("--gpu-pairs-per-second", "800"));
        }
        words.addAll(List.of(more));
        StringWriter output = new StringWriter();
        CommandLine line = Console.commandLine().setOut(new PrintWriter(output)).setErr(new PrintWriter(errors));
        line.execute(words.toArray(String[]::new));
        return output.toString();
    }
}
