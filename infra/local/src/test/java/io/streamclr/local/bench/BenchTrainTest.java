package io.streamclr.local.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.local.Streamclr;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchTrainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource({
        "vit-1x64, --patch 8 --freeze-patch, patch, 8",
        "convnext-1x1x1x1-16, --stem small, blocks, 1x1x1x1",
        "resnet18, --width 0.0625 --stem small2, depth, 18"
    })
    void paceAndMemoryOfABackboneAreMeasured(String name, String options, String fact, String value) throws Exception {
        assertThat(bench("--backbone " + name + " " + options + " --json"))
                .as(err.toString())
                .isZero();

        JsonNode figures = new ObjectMapper().readTree(out.toString());
        assertThat(figures.path("backbone").asText()).isEqualTo(name);
        assertThat(figures.path(fact).asText()).isEqualTo(value);
        assertThat(figures.path("pairs_per_second").asDouble()).isPositive();
        assertThat(figures.path("peak_bytes").asLong()).isPositive();
        assertThat(figures.path("finite").asBoolean()).isTrue();
        assertThat(figures.path("views_per_second").asDouble())
                .isEqualTo(2 * figures.path("pairs_per_second").asDouble());
        assertThat(figures.path("card_bytes")).isEmpty();
        assertThat(figures.path("card").isMissingNode()).isTrue();
        assertThat(figures.path("shares").fieldNames())
                .toIterable()
                .containsExactly(
                        "forward", "second_forward", "backward", "loss", "optimiser", "copies", "waiting", "between");
        assertThat(StreamSupport.stream(figures.path("shares").spliterator(), false)
                        .mapToDouble(JsonNode::asDouble)
                        .sum())
                .isCloseTo(1, within(1e-9));
        assertThat(figures.path("flop_per_second").asDouble())
                .isCloseTo(
                        figures.path("step_flop").asDouble()
                                / figures.path("step_seconds").asDouble(),
                        withPercentage(1e-6));
    }

    @Test
    void whatADataSheetAllowsStandsBesideWhatWasMeasured() throws Exception {
        assertThat(bench("--width 0.0625 --stem small2 --norm group --precision float32 --card t4 --json"))
                .as(err.toString())
                .isZero();

        JsonNode figures = new ObjectMapper().readTree(out.toString());
        assertThat(figures.path("norm").asText()).isEqualTo("group");
        assertThat(figures.path("card").path("name").asText()).isEqualTo("t4");
        assertThat(figures.path("card").path("count").asInt()).isEqualTo(1);
        assertThat(figures.path("card")
                        .path("most_pairs_per_second_by_arithmetic")
                        .asDouble())
                .isCloseTo(4 * 8.1e12 / figures.path("step_flop").asDouble(), withPercentage(1e-6));
        assertThat(figures.path("card")
                        .path("most_pairs_per_second_by_bandwidth")
                        .asDouble())
                .isCloseTo(4 * 320e9 / figures.path("step_bytes").asDouble(), withPercentage(1e-6));
    }

    @Test
    void sentencesSayTheSame() {
        assertThat(bench("--width 0.0625 --stem small2 --precision bfloat16 --card t4"))
                .as(err.toString())
                .isZero();

        assertThat(out.toString())
                .containsPattern(
                        "(?m)^[0-9.]+ pairs/s, [0-9.]+ views/s \\([0-9.]+ ms a step of 4 pairs, 1 threads on cpu\\)")
                .containsPattern("(?m)^Of a step: [0-9.]+ % forward, 0.0 % forward again, [0-9.]+ % backward, ")
                .containsPattern("(?m)^On paper: [0-9.]+ million multiply-adds for a view to go forward; ")
                .contains("By data sheets, not measured: 1 x t4 would make at most (its sheet does not say of bfloat16)"
                        + " pairs/s by arithmetic, and about ");
    }

    @Test
    void whatABackboneCannotBeIsRefusedInASentence() {
        assertThat(bench("--backbone vit-tiny --stem small")).isEqualTo(2);
        assertThat(bench("--backbone vit-tiny --patch 5")).isEqualTo(2);
        assertThat(bench("--backbone alexnet")).isEqualTo(2);
        assertThat(err.toString())
                .contains("A ViT has no use for --stem; leave it out, or give another --backbone")
                .contains("Images of 16 pixels cannot be cut into patches of 5")
                .contains("There is no backbone 'alexnet'");
    }

    private int bench(String options) {
        List<String> arguments = new ArrayList<>(List.of("bench", "train", "--size", "16", "--batch-size", "4"));
        arguments.addAll(List.of("--steps", "1", "--threads", "1"));
        arguments.addAll(List.of(options.split(" ", -1)));
        return Streamclr.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
