package io.streamclr.local.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.local.Streamclr;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BenchFeedTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theFeedIsMeasuredWithThePartsOfItsProcessorTime() throws Exception {
        assertThat(bench("--size 32 --batch-size 8 --blocks 3 --turns 1 --json"))
                .as(err.toString())
                .isZero();

        JsonNode figures = new ObjectMapper().readTree(out.toString());
        assertThat(figures.path("pairs").asInt()).isEqualTo(48);
        assertThat(figures.path("record_bytes").asDouble()).isBetween(6.0 * 32 * 32, 6.0 * 32 * 32 + 1000);
        assertThat(figures.path("megabytes_per_second").asDouble() * 1e6)
                .isEqualTo(
                        figures.path("pairs_per_second").asDouble()
                                * figures.path("record_bytes").asDouble(),
                        within(1.0));
        JsonNode parts = figures.path("cpu_milliseconds");
        assertThat(parts.path("decode").asDouble()).isPositive();
        assertThat(parts.path("hash").asDouble()).isPositive();
        assertThat(Stream.of("fetch", "decode", "hash", "compose", "rest")
                        .mapToDouble(part -> parts.path(part).asDouble())
                        .sum())
                .isEqualTo(figures.path("cpu_milliseconds_per_pair").asDouble(), within(1e-6));
    }

    @Test
    void whatNoMachineCouldKeepIsRefusedInASentence() {
        assertThat(bench("--size 0")).isEqualTo(2);
        assertThat(bench("--size 1024 --batch-size 65536")).isEqualTo(2);
        assertThat(bench("--blocks 2147483647")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--size must be 1 to 1024")
                .contains("The views of a turn must have 16 GiB at most");
    }

    private int bench(String options) {
        return Streamclr.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(List.of("bench", "feed").stream(), Stream.of(options.split(" ", -1)))
                        .toArray(String[]::new));
    }
}
