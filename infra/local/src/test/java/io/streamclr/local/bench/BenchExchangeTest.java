package io.streamclr.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.local.Streamclr;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BenchExchangeTest {

    private final StringWriter out = new StringWriter();

    @Test
    void sumsAndGathersOfRanksAreMeasured() throws Exception {
        assertThat(bench("exchange", "--ranks", "3", "--megabytes", "1", "--rounds", "3", "--json"))
                .isZero();

        JsonNode figures = new ObjectMapper().readTree(out.toString());
        assertThat(figures.path("ranks").asInt()).isEqualTo(3);
        assertThat(figures.path("sum_milliseconds").asDouble()).isPositive();
        assertThat(figures.path("sum_cpu_milliseconds_per_rank").asDouble()).isPositive();
        assertThat(figures.path("gather_milliseconds").asDouble()).isPositive();
    }

    @Test
    void whatCannotBeMeasuredIsRefused() {
        assertThat(bench("exchange", "--ranks", "1")).isEqualTo(2);
        // Bytes of the embeddings would be 2 to the power of 31.
        assertThat(bench("exchange", "--pairs", "65536", "--dimension", "4096")).isEqualTo(2);
    }

    private int bench(String... options) {
        return Streamclr.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(new StringWriter(), true))
                .execute(Stream.concat(Stream.of("bench"), Stream.of(options)).toArray(String[]::new));
    }
}
