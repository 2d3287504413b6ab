package io.streamclr.console.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/** What was measured: on the machine of docs/performance.md, or by {@code streamclr bench} on the reader's own. */
final class Measurements {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A file of figures is a few lines. */
    private static final long MOST_BYTES = 1 << 20;

    /** Of the job between broker's topics, beside the engine alone. */
    private final List<Costs> pipelines = new ArrayList<>();

    /** Of the engine alone. */
    private final List<JsonNode> engines = new ArrayList<>();

    private OptionalDouble trainer = OptionalDouble.empty();

    private Measurements() {}

    /** The figures that come with the program, each with the command that measured it. */
    static Measurements shipped() {
        Measurements shipped = new Measurements();
        try (InputStream figures = Measurements.class.getResourceAsStream("measured.json")) {
            for (JsonNode one : JSON.readTree(figures)) {
                shipped.take(one, one.path("command").asText());
            }
        } catch (IOException broken) {
            throw new IllegalStateException("The program's own figures cannot be read", broken);
        }
        return shipped;
    }

    /**
     * Figures of the reader's own machine.
     *
     * @param files what {@code bench pipeline}, {@code bench views} or {@code bench train} printed with {@code --json}; at
     *     least one of the pipeline
     * @throws RefusalException if a file is none of these
     */
    static Measurements of(List<Path> files) {
        Measurements own = new Measurements();
        for (Path file : files) {
            try {
                if (Files.size(file) > MOST_BYTES) {
                    throw new IOException("it has more than " + MOST_BYTES + " bytes");
                }
                own.take(JSON.readTree(Files.readString(file)), file.toString());
            } catch (IOException | IllegalArgumentException unreadable) {
                throw new RefusalException(
                        "The figures in " + file + " cannot be read (" + FileFault.of(unreadable)
                                + "); give what 'streamclr bench pipeline --json' printed",
                        unreadable);
            }
        }
        if (own.pipelines.isEmpty()) {
            // What carrying costs is the same for every image, so the shipped figures stand in.
            own.pipelines.addAll(shipped().pipelines);
        }
        return own;
    }

    private void take(JsonNode figures, String origin) {
        if (figures.has("engine_pairs_per_second")) {
            pipelines.add(pipeline(figures, origin));
        } else if (figures.has("stages")) {
            positive(figures, "pairs_per_second");
            engines.add(figures);
        } else if (figures.has("step_seconds")) {
            trainer = OptionalDouble.of(positive(figures, "pairs_per_second"));
        } else {
            throw new IllegalArgumentException("it holds figures of no benchmark");
        }
    }

    private static Costs pipeline(JsonNode figures, String origin) {
        double pairs = positive(figures, "pairs_per_second");
        double engine = positive(figures, "parallelism") / positive(figures, "engine_pairs_per_second");
        double megabytes = positive(figures, "megabytes_in_per_second") + positive(figures, "megabytes_out_per_second");
        double all = positive(figures, "job_cores") / pairs;
        return new Costs(
                origin,
                (int) positive(figures, "size"),
                engine,
                Math.max(0, all - engine) * pairs / megabytes,
                positive(figures, "broker_cores") / megabytes);
    }

    private static double positive(JsonNode figures, String name) {
        double value = figures.path(name).asDouble();
        if (!(value > 0 && value < 1e12)) {
            throw new IllegalArgumentException(name + " is " + figures.path(name) + ", not a number above 0");
        }
        return value;
    }

    /** Pairs a second of the trainer, where that was measured. */
    OptionalDouble trainerPairsPerSecond() {
        return trainer;
    }

    /** The costs of views of that size: as measured with the next size that is not smaller, or else with the largest. */
    Costs costs(int size) {
        Costs near = pipelines.stream()
                .filter(measured -> measured.size() >= size)
                .min(Comparator.comparingInt(Costs::size))
                .or(() -> pipelines.stream().max(Comparator.comparingInt(Costs::size)))
                .orElseThrow();
        return engines.stream()
                .filter(engine -> engine.path("size").asInt() >= size)
                .min(Comparator.comparingInt(engine -> engine.path("size").asInt()))
                .map(engine -> new Costs(
                        near.command(),
                        engine.path("size").asInt(),
                        1 / engine.path("pairs_per_second").asDouble(),
                        near.carrySeconds(),
                        near.brokerSeconds()))
                .orElse(near);
    }
}
