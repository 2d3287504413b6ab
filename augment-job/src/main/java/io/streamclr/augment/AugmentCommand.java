package io.streamclr.augment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.job.RenderSettings;
import io.streamclr.augment.view.Recipe;
import io.streamclr.process.command.BrokerOptions;
import io.streamclr.stream.options.DecodingOptions;
import io.streamclr.stream.options.ImagesOptions;
import io.streamclr.stream.options.JobOptions;
import io.streamclr.stream.options.MomentConverter;
import io.streamclr.stream.sink.Compression;
import io.streamclr.stream.source.LookAhead;
import io.streamclr.stream.source.Passes;
import io.streamclr.stream.start.Attendance;
import io.streamclr.stream.start.RunningJob;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the augmentation process. */
@Command(
        name = "augment",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Render two augmented views of every image.",
            "Reads a topic of images, decodes each, renders two views of it with a recipe and writes them as one"
                    + " record to the partition of the views topic with the image's partition number. Images that"
                    + " cannot be decoded go to the rejects topic, with the reason. Ctrl-C stops the job; the same"
                    + " command resumes it."
        })
public final class AugmentCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(AugmentCommand.class);

    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BrokerOptions broker;

    @Option(
            names = "--recipe",
            paramLabel = "RECIPE",
            completionCandidates = RecipePresets.class,
            defaultValue = "imagenet",
            description = "Augmentation recipe: a preset (imagenet, cifar, grey) and changes to it, such as"
                    + " cifar,jitter.p=0.5,blur=off. An unknown name lists all of them (default: ${DEFAULT-VALUE}).")
    private String recipe;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "Height and width of the views (default: the recipe's: 224, 32 or 28).")
    private Integer size;

    @Mixin
    private DecodingOptions decoding;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Random seed of the run; the same seed, recipe and images give the same views (default:"
                    + " ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--passes",
            paramLabel = "N",
            defaultValue = "1",
            description = "Number of passes over the images that are in the topic at the start, each with fresh views"
                    + " (default: ${DEFAULT-VALUE}).")
    private int passes;

    @Option(
            names = "--as-of",
            paramLabel = "TIME",
            converter = MomentConverter.class,
            description = "Read only images that arrived before this moment, by the broker's timestamps, such as"
                    + " 2026-11-22T12:00:00Z (or milliseconds since 1970), so that a run can be repeated as of a date"
                    + " (default: all images in the topic at the start).")
    private Instant asOf;

    @Option(names = "--follow", description = "After the passes, keep processing images as they arrive, without end.")
    private boolean follow;

    @Option(
            names = "--ahead-of",
            paramLabel = "GROUP",
            description = "Consumer group that reads the views (a trainer's is streamclr-trainer-RUN): pause"
                    + " rendering while its lag is above --ahead (default: never pause).")
    private String aheadOf;

    @Option(
            names = "--ahead",
            paramLabel = "PAIRS",
            description = "With --ahead-of: maximum lag of the consumer group, in view pairs (default: 20000).")
    private Long ahead;

    @Mixin
    private JobOptions job;

    @Option(
            names = "--exactly-once",
            description = "Write views in Kafka transactions, committed with each checkpoint. Without it a crash may"
                    + " write some views twice, with the same origin; the trainer skips the second.")
    private boolean exactlyOnce;

    @Option(
            names = "--compression",
            paramLabel = "KIND",
            defaultValue = "none",
            description = "Compression of the views topic: none, lz4 or zstd; consumers decompress automatically"
                    + " (default: ${DEFAULT-VALUE}).")
    private Compression compression;

    @Mixin
    private ImagesOptions images;

    @Option(
            names = "--views-topic",
            paramLabel = "TOPIC",
            defaultValue = "views",
            description = "Topic to write view pairs to (default: ${DEFAULT-VALUE}).")
    private String viewsTopic;

    @Option(
            names = "--json",
            description = "Print one JSON object at the end, on standard output: pairs, rejects, seconds.")
    private boolean json;

    public AugmentCommand() {
        this(Clock.systemUTC());
    }

    AugmentCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws InterruptedException {
        AugmentConfig config = config();
        long start = System.nanoTime();
        RunningJob started = AugmentJob.start(config);
        LOG.info(
                "job started recipe={} text={}",
                config.drawing().recipe().fingerprint(),
                config.drawing().recipe().text());
        if (started.detached()) {
            return 0; // Flink has printed the job's id, by which its own commands find it
        }
        Attendance.untilTheEnd(started, this::progress)
                .ifPresent(done -> report(done, (System.nanoTime() - start) / 1e9));
        return 0;
    }

    /** On the error stream, so that figures stay alone on the other. */
    private void progress(RunningJob.Counts counts, double perSecond) {
        LOG.info("augmenting pairs={} rejects={}", counts.written(), counts.rejects());
        spec.commandLine()
                .getErr()
                .printf(
                        "augment: %,d pairs rendered, %,d rejects, %,.0f pairs/s%n",
                        counts.written(), counts.rejects(), perSecond);
    }

    private void report(RunningJob.Counts done, double seconds) {
        if (json) {
            ObjectNode figures = new ObjectMapper().createObjectNode();
            figures.put("pairs", done.written());
            figures.put("rejects", done.rejects());
            figures.put("seconds", Math.round(seconds * 1000) / 1000.0);
            spec.commandLine().getOut().println(figures);
        } else {
            spec.commandLine()
                    .getOut()
                    .printf("%,d view pairs, %,d rejects in %.1f s%n", done.written(), done.rejects(), seconds);
        }
        spec.commandLine().getOut().flush();
    }

    private AugmentConfig config() {
        if (ahead != null && aheadOf == null) {
            throw new ParameterException(
                    spec.commandLine(), "--ahead needs --ahead-of: name the consumer group that reads the views");
        }
        if (asOf != null && asOf.isAfter(clock.instant())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--as-of names " + asOf
                            + ", which is yet to come, and nobody knows which images will be there then");
        }
        Recipe renderedBy = decoding.in(Recipe.parse(recipe));
        renderedBy.decoder().requireHere();
        if (size != null) {
            renderedBy = renderedBy.with("size", size.toString());
        }
        return new AugmentConfig(
                broker.connection(),
                new AugmentConfig.TopicNames(images.topic(), viewsTopic, images.rejectsTopic()),
                new Passes(passes, follow, asOf == null ? Passes.NOW : asOf),
                aheadOf == null ? LookAhead.unlimited() : new LookAhead(ahead == null ? 20_000 : ahead, aheadOf),
                new RenderSettings(renderedBy, seed, images.limits(), images.format(), images.rejectBytes()),
                job.parallelism(),
                job.checkpoints(),
                exactlyOnce,
                compression,
                job.metricsPort());
    }
}
