package io.streamclr.it;

import io.streamclr.augment.AugmentConfig;
import io.streamclr.augment.AugmentConfig.TopicNames;
import io.streamclr.augment.AugmentJob;
import io.streamclr.augment.view.Recipe;
import io.streamclr.console.Console;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.stream.source.LookAhead;
import io.streamclr.stream.source.Passes;
import io.streamclr.stream.start.Checkpoints;
import io.streamclr.stream.start.RunningJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/** Topics, job and trainers at their smallest, so that many images go through them while something happens to them. */
final class SmallSystem {

    static final String IMAGES = "images";
    static final String VIEWS = "views";
    static final String REJECTS = "images.rejected";
    static final String BATCHES = "batches";
    static final int PARTITIONS = 4;

    /** Of images and views, in pixels. */
    static final int SIDE = 8;

    /** What the job leaves that nobody disturbs. */
    static final String CALM_VIEWS = "calm.views";

    private static final String CALM_REJECTS = "calm.rejects";
    private static final Recipe RECIPE = Recipe.parse("grey,size=" + SIDE);

    /**
     * How much a run trains.
     *
     * @param steps in all
     * @param batchPairs in each
     * @param blockBatches shuffled together
     */
    record TrainingPlan(long steps, int batchPairs, int blockBatches) {}

    private SmallSystem() {}

    /** All topics, views kept for as long as the books need them. */
    static void createTopics(KafkaConnection kafka) throws Exception {
        try (Topics topics = Topics.at(kafka);
                Admin admin = Admin.create(kafka.with(Map.of()))) {
            for (Topic topic : Topic.values()) {
                topics.create(topic, topic.defaultName(), PARTITIONS);
            }
            topics.create(Topic.VIEWS, CALM_VIEWS, PARTITIONS);
            topics.create(Topic.IMAGES_REJECTED, CALM_REJECTS, PARTITIONS);
            List<AlterConfigOp> keep =
                    List.of(new AlterConfigOp(new ConfigEntry("retention.bytes", "-1"), AlterConfigOp.OpType.SET));
            admin.incrementalAlterConfigs(Stream.of(VIEWS, CALM_VIEWS)
                            .collect(Collectors.toMap(
                                    topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic), topic -> keep)))
                    .all()
                    .get();
        }
    }

    /** A job that follows the images and looks ahead of one run by a few blocks. */
    static AugmentConfig job(KafkaConnection kafka, Path checkpoints, TrainingPlan training, String run) {
        return AugmentConfig.of(kafka, RECIPE)
                .withTopics(new TopicNames(IMAGES, VIEWS, REJECTS))
                .withPasses(new Passes(1, true))
                .withAhead(
                        new LookAhead(8L * training.blockBatches() * training.batchPairs(), "streamclr-trainer-" + run))
                .withCheckpoints(new Checkpoints(checkpoints.toString(), Duration.ofSeconds(1)));
    }

    /** The same images, rendered by one thread that nobody stops. */
    static RunningJob.Counts drawUndisturbed(KafkaConnection kafka) throws Exception {
        return render(kafka, IMAGES, CALM_VIEWS, CALM_REJECTS);
    }

    /** The images of a topic, rendered by one thread into another topic. */
    static RunningJob.Counts render(KafkaConnection kafka, String images, String views, String rejects)
            throws Exception {
        return AugmentJob.start(AugmentConfig.of(kafka, RECIPE)
                        .withTopics(new TopicNames(images, views, rejects))
                        .withParallelism(1))
                .awaitEnd();
    }

    /** The process that trains a run in this folder of checkpoints. */
    static OwnJvm startTrainer(KafkaConnection kafka, String run, TrainingPlan training, Path checkpoints)
            throws IOException {
        return startTrainer(kafka, run, training, checkpoints, Map.of());
    }

    /** The same, as one of several that this environment makes of it. */
    static OwnJvm startTrainer(
            KafkaConnection kafka, String run, TrainingPlan training, Path checkpoints, Map<String, String> environment)
            throws IOException {
        Files.createDirectories(checkpoints);
        return OwnJvm.start(
                checkpoints.resolve("trainer-" + run + environment.getOrDefault("RANK", "") + ".out"),
                List.of("-Xmx512m"),
                environment,
                OwnJvm.classPath(),
                Console.class.getName(),
                List.of(
                        "train",
                        "--bootstrap-server",
                        kafka.bootstrapServers(),
                        "--run",
                        run,
                        "--checkpoints",
                        checkpoints.toString(),
                        "--steps",
                        Long.toString(training.steps()),
                        "--batch-size",
                        Integer.toString(training.batchPairs()),
                        "--block",
                        Integer.toString(training.blockBatches()),
                        "--width",
                        "0.0625",
                        "--stem",
                        "small2",
                        "--head-output",
                        "16",
                        "--threads",
                        "1",
                        "--save-every",
                        Long.toString(Math.max(10, training.steps() / 100))));
    }
}
