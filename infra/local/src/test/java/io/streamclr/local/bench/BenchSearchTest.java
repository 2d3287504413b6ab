package io.streamclr.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.local.Streamclr;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class BenchSearchTest {

    private final StringWriter out = new StringWriter();

    @Test
    void bothWaysToSearchAreMeasuredAndCompared() throws Exception {
        assertThat(bench("--count", "300", "--dimension", "8", "--json")).isZero();

        JsonNode figures = new ObjectMapper().readTree(out.toString());
        assertThat(figures.path("exact_milliseconds").asDouble()).isPositive();
        assertThat(figures.path("index_milliseconds").asDouble()).isPositive();
        assertThat(figures.path("indexed_per_second").asDouble()).isPositive();
        assertThat(figures.path("recall_at_10").asDouble()).isBetween(0.9, 1.0);
        assertThat(bench("--count", "0")).isEqualTo(2);
    }

    private int bench(String... options) {
        String[] all = new String[options.length + 2];
        all[0] = "bench";
        all[1] = "search";
        System.arraycopy(options, 0, all, 2, options.length);
        return Streamclr.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(new StringWriter(), true))
                .execute(all);
    }
}
