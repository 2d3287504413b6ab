package io.streamclr.console.embeddings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.drift.DriftAlarm;
import io.streamclr.console.drift.DriftGauge;
import io.streamclr.console.drift.DriftLines;
import io.streamclr.console.drift.DriftPlan;
import io.streamclr.console.drift.DriftReading;
import io.streamclr.console.drift.DriftWatch;
import io.streamclr.console.drift.TimeRange;
import io.streamclr.console.vectors.EmbeddingLog;
import io.streamclr.console.vectors.EmbeddingTopic;
import io.streamclr.console.vectors.LogPosition;
import io.streamclr.console.vectors.Tally;
import io.streamclr.process.command.DurationConverter;
import io.streamclr.process.command.MetricsOptions;
import io.streamclr.process.command.Stoppable;
import io.streamclr.process.metrics.MetricsEndpoint;
import io.streamclr.schemas.RefusalException;
import io.streamclr.stream.options.MomentConverter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr embeddings drift}: whether the newest images look to the encoder like those of a reference. */
@Command(
        name = "drift",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Say whether the images of the last hour look to the encoder like those of a reference: squared maximum mean"
                    + " discrepancy (MMD^2) of random samples of both, and its p value by permutations.",
            "Vectors of different encoders are never compared: after a switch, the first images that the new encoder"
                    + " embedded are the reference. A change at the very moment of a switch is not seen."
        })
final class DriftCommand implements Callable<Integer> {

    private static final Duration WAIT = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What makes no sense for a single comparison. */
    private static final List<String> FOR_FOLLOWING =
            List.of("--every", "--alarm", "--consecutive", "--metrics-port", "--metrics-host");

    @Mixin
    private EmbeddingTopic topic;

    @Option(
            names = "--reference",
            paramLabel = "FROM..TO",
            converter = TimeRangeConverter.class,
            description = "Compare with images that arrived in this time, such as"
                    + " 2026-11-22T12:00:00Z..2026-11-22T18:00:00Z; an encoder that embedded none of them has its first"
                    + " instead (default: the first images that the encoder embedded).")
    private Optional<TimeRange> reference = Optional.empty();

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = DurationConverter.class,
            description = "Look at images that arrived in this time up to now (default: ${DEFAULT-VALUE}).")
    private Duration window;

    @Option(
            names = "--until",
            paramLabel = "MOMENT",
            converter = MomentConverter.class,
            description =
                    "Look back from this moment instead of now; what arrived later is left out. Not with --follow.")
    private Optional<Instant> until = Optional.empty();

    @Option(
            names = "--sample",
            paramLabel = "N",
            defaultValue = "" + DriftPlan.USUAL_SAMPLE,
            description = "Images of each of the two, at most, chosen by a hash of their id; " + DriftPlan.FEWEST_IMAGES
                    + " to " + DriftPlan.MOST_IMAGES + " (default: ${DEFAULT-VALUE}).")
    private int sample;

    @Option(
            names = "--permutations",
            paramLabel = "N",
            defaultValue = "" + DriftPlan.USUAL_PERMUTATIONS,
            description = "Permutations for the p value, which is 1/(N+1) at least (default: ${DEFAULT-VALUE}).")
    private int permutations;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "" + DriftPlan.USUAL_SEED,
            description = "Of the choice of images and of the permutations (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--follow", description = "Compare again and again, until stopped.")
    private boolean follow;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            defaultValue = "1m",
            converter = DurationConverter.class,
            description = "With --follow: time between two comparisons (default: ${DEFAULT-VALUE}).")
    private Duration every;

    @Option(
            names = "--alarm",
            paramLabel = "P",
            defaultValue = "" + DriftAlarm.USUAL_THRESHOLD,
            description = "With --follow: p value up to which a window speaks of drift (default: ${DEFAULT-VALUE}).")
    private double threshold;

    @Option(
            names = "--consecutive",
            paramLabel = "N",
            defaultValue = "" + DriftAlarm.USUAL_CONSECUTIVE,
            description =
                    "With --follow: windows in a row that raise the alarm, and end it (default: ${DEFAULT-VALUE}).")
    private int consecutive;

    @Mixin
    private MetricsOptions metrics;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Append each comparison to a file, a line of JSON each.")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object instead of a sentence.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final Clock clock = Clock.systemUTC();
    private final AtomicBoolean stopped = new AtomicBoolean();

    @Override
    public Integer call() throws Exception {
        DriftPlan plan = plan();
        Optional<DriftLines> lines = out.map(DriftLines::at);
        DriftGauge gauge = new DriftGauge(plan);
        try (EmbeddingLog log = topic.open(topic.askedDigest(), LogPosition.BEGINNING)) {
            Stoppable.work(PATIENCE, () -> stopped.set(true), () -> {
                try {
                    if (follow) {
                        follow(log, gauge, lines);
                    } else {
                        compareOnce(log, gauge, lines);
                    }
                } catch (CancellationException signal) {
                    return null; // nothing is lost: the topic is read from its beginning each time
                }
                return null;
            });
        }
        return 0;
    }

    private DriftPlan plan() {
        requireSense(!follow || until.isEmpty(), "--until is for a single comparison, and --follow compares up to now");
        for (String each : FOR_FOLLOWING) {
            requireSense(
                    follow || !spec.commandLine().getParseResult().hasMatchedOption(each), each + " needs --follow");
        }
        requireSense(consecutive >= 1, "--consecutive must be at least 1");
        requireSense(
                sample >= DriftPlan.FEWEST_IMAGES && sample <= DriftPlan.MOST_IMAGES,
                "--sample must be " + DriftPlan.FEWEST_IMAGES + " to " + DriftPlan.MOST_IMAGES);
        requireSense(
                permutations >= 1 && permutations <= DriftPlan.MOST_PERMUTATIONS,
                "--permutations must be 1 to " + DriftPlan.MOST_PERMUTATIONS);
        DriftPlan plan = new DriftPlan(sample, window, reference, permutations, seed);
        requireSense(
                !follow || (threshold >= plan.leastPValue() && threshold < 1),
                "--alarm must be below 1, and " + plan.leastPValue() + " at least, which is the least p value that "
                        + permutations + " permutations give; give more --permutations for a lower one");
        return plan;
    }

    private void requireSense(boolean sense, String otherwise) {
        if (!sense) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private void compareOnce(EmbeddingLog log, DriftGauge gauge, Optional<DriftLines> lines) {
        Instant now = until.orElseGet(clock::instant);
        read(log, gauge, Optional.of(now));
        DriftReading reading = gauge.read(now)
                .orElseThrow(() -> new RefusalException("Topic " + topic.name() + " holds no such embeddings up to "
                        + now + "; 'streamclr embed --follow' writes them"));
        report(reading, reading.object(), log.tally(), lines);
    }

    private void follow(EmbeddingLog log, DriftGauge gauge, Optional<DriftLines> lines) {
        try (MetricsEndpoint page = metrics.open()) {
            DriftWatch watch = new DriftWatch(threshold, consecutive, page.registry());
            read(log, gauge, Optional.empty());
            while (!stopped.get()) {
                gauge.read(clock.instant()).ifPresent(reading -> {
                    ObjectNode object = reading.object();
                    object.put("alarm", watch.take(reading));
                    report(reading, object, log.tally(), lines);
                });
                long comparedAt = System.nanoTime();
                while (!stopped.get() && System.nanoTime() - comparedAt < every.toNanos()) {
                    log.next(WAIT).forEach(embedding -> gauge.add(embedding, clock.instant()));
                }
            }
        }
    }

    /** @param end what arrived later is left out; empty to take all that there is */
    private void read(EmbeddingLog log, DriftGauge gauge, Optional<Instant> end) {
        log.readToEnd(batch -> {
            if (stopped.get()) {
                throw new CancellationException();
            }
            Instant now = end.orElseGet(clock::instant);
            batch.stream()
                    .filter(each ->
                            until.isEmpty() || !each.record().getArrivedAt().isAfter(until.get()))
                    .forEach(each -> gauge.add(each, now));
        });
    }

    private void report(DriftReading reading, ObjectNode object, Tally tally, Optional<DriftLines> lines) {
        object.put("foreign", tally.foreign());
        lines.ifPresent(file -> file.add(object));
        PrintWriter printed = spec.commandLine().getOut();
        printed.println(json ? object : reading.inWords() + tally.passedOver());
        printed.flush();
    }
}
