package io.streamclr.embed;

import io.streamclr.embed.encoders.Gate;
import io.streamclr.embed.encoders.PinnedEncoder;
import io.streamclr.embed.job.Computing;
import io.streamclr.embed.job.EmbedSettings;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.stream.options.ImagesOptions;
import io.streamclr.stream.options.JobOptions;
import io.streamclr.stream.options.MomentConverter;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which encoders embed which images, and where to. */
final class EmbedOptions {

    @Option(
            names = "--run",
            paramLabel = "ID",
            defaultValue = "",
            description = "Take the encoders of this run only (default: of every run, whichever was published last).")
    private String run;

    @Option(
            names = "--least-score",
            paramLabel = "SCORE=VALUE",
            description = "Take only encoders with at least this probe score, from 0 to 1, such as"
                    + " held-out-knn=0.6; may be repeated (default: all).")
    private Map<String, Double> leastScores = new TreeMap<>();

    @Option(
            names = "--pin",
            paramLabel = "RUN@STEP",
            description = "Take this encoder from now on, whatever is published (default: the newest).")
    private String pin;

    @Option(
            names = "--re-embed",
            paramLabel = "VERSION",
            description = "Embed all images again, beginning with the newest encoder, into topic TOPIC.vVERSION beside"
                    + " the live one; it is created if it is missing.")
    private Integer version;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = MomentConverter.class,
            description = "Begin with the images that arrived at this moment, by the broker's timestamps, such as"
                    + " 2026-11-22T12:00:00Z (default: all images in the topic).")
    private Instant from;

    @Option(
            names = "--encoders",
            paramLabel = "DIR",
            description = "Directory in which the encoders that were used are kept, by their digests, for replays; all"
                    + " workers must reach it (default: encoders in --checkpoints).")
    private String shelf;

    @Option(
            names = "--switch-delay",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Seconds from the choice of an encoder to the first image that takes it, in which all workers"
                    + " hear of it; more than clocks of brokers differ by. Fixed when the topic's first encoder is"
                    + " chosen (default: ${DEFAULT-VALUE}).")
    private double delaySeconds;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            defaultValue = "float32",
            description =
                    "Numbers of the vectors: float32, or float16, which halves them (default:" + " ${DEFAULT-VALUE}).")
    private Precision precision;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "PyTorch threads of each process; vectors are equal to the bit for an equal number (default:"
                    + " all processors).")
    private Integer threads;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "cpu",
            description = "What each process computes on: cpu, or a graphics card, gpu:0, gpu:1 and so on (default:"
                    + " ${DEFAULT-VALUE}).")
    private String device;

    @Option(
            names = "--batch-size",
            paramLabel = "IMAGES",
            defaultValue = "8",
            description = "Images that are computed at a time; where fewer wait, the rest is black and takes as long"
                    + " (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--exactly-once",
            description = "Write embeddings in Kafka transactions, committed with each checkpoint. Without it a crash"
                    + " may write some twice, with the same origin and the same bytes.")
    private boolean exactlyOnce;

    @Mixin
    private ImagesOptions images;

    @Option(
            names = "--encoders-topic",
            paramLabel = "TOPIC",
            defaultValue = "encoders",
            description = "Topic of published encoders (default: ${DEFAULT-VALUE}).")
    private String encodersTopic;

    @Option(
            names = "--embeddings-topic",
            paramLabel = "TOPIC",
            defaultValue = "embeddings",
            description = "Topic to write embeddings to; which encoder made them is logged in TOPIC.encoders (default:"
                    + " ${DEFAULT-VALUE}).")
    private String embeddingsTopic;

    /** Of the numbers of a vector. */
    enum Precision {
        FLOAT32,
        FLOAT16;

        /** As the command line has it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    EmbedConfig config(KafkaConnection kafka, JobOptions job, CommandLine command) {
        if (shelf == null && job.checkpoints().folder().isEmpty()) {
            throw new ParameterException(
                    command,
                    "--encoders is missing: name a directory in which the encoders are kept, or --checkpoints");
        }
        if (version != null && version < 1) {
            throw new ParameterException(command, "--re-embed is " + version + ", but versions are 1 and more");
        }
        EmbedConfig.TopicNames names = new EmbedConfig.TopicNames(
                images.topic(),
                images.rejectsTopic(),
                encodersTopic,
                version == null ? embeddingsTopic : embeddingsTopic + ".v" + version);
        return new EmbedConfig(
                kafka,
                names,
                from == null ? Instant.MIN : from,
                new Gate(run, leastScores),
                Optional.ofNullable(pin).map(PinnedEncoder::of),
                Math.round(delaySeconds * 1000),
                new EmbedSettings(
                        kafka.properties(),
                        names.switches(),
                        shelf == null ? job.checkpoints().folder() + "/encoders" : shelf,
                        new Computing(
                                threads == null ? Runtime.getRuntime().availableProcessors() : threads, batch, device),
                        precision == Precision.FLOAT16 ? VectorFormat.FLOAT16 : VectorFormat.FLOAT32,
                        images.limits(),
                        images.format(),
                        images.rejectBytes()),
                job.parallelism(),
                job.checkpoints(),
                exactlyOnce,
                job.metricsPort());
    }

    /** Creates the topics of another version, where they are missing. */
    void prepareTopics(EmbedConfig config) {
        if (version == null) {
            return;
        }
        try (Topics topics = Topics.at(config.kafka())) {
            topics.create(
                    Topic.EMBEDDINGS,
                    config.topics().embeddings(),
                    topics.require(config.topics().images()));
            topics.create(Topic.EMBEDDINGS_ENCODERS, config.topics().switches(), 1);
        }
    }
}
