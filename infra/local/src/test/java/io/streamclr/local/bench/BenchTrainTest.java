package io.streamclr.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.local.Streamclr;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
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
