package io.streamclr.local.experiment;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.augment.AugmentConfig;
import io.streamclr.augment.AugmentConfig.TopicNames;
import io.streamclr.augment.AugmentJob;
import io.streamclr.augment.job.RenderSettings;
import io.streamclr.console.guard.Guarded;
import io.streamclr.console.screen.Status;
import io.streamclr.ingest.Ingest;
import io.streamclr.ingest.IngestConfig;
import io.streamclr.ingest.IngestListener;
import io.streamclr.local.background.Background;
import io.streamclr.local.broker.LocalBroker;
import io.streamclr.local.experiment.Trial.Images;
import io.streamclr.local.experiment.Trial.Views;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.stream.source.Passes;
import io.streamclr.stream.start.RunningJob;
import io.streamclr.trainer.render.ImageTopicRenderer;
import io.streamclr.trainer.run.Training;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Future;

/**
 * A broker, and on it one thing at a time: a job that draws views, or a trainer that learns from them. Topics have one
 * partition, so that views have one order, and a trial comes to the same weights however often it is begun.
 */
final class TrialPipeline implements AutoCloseable {

    private static final int PARTITIONS = 1;
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final Path folder;
    private final int threads;
    private final Status status;
    private final LocalBroker broker;
    private final KafkaConnection kafka;
    private final Background beside = new Background("training");

    private volatile boolean stopping;
    private volatile Training training;
    private volatile StepReport newest;

    private TrialPipeline(Path folder, int threads, Status status, LocalBroker broker) {
        this.folder = folder;
        this.threads = threads;
        this.status = status;
        this.broker = broker;
        this.kafka = KafkaConnection.to(broker.bootstrapServers());
    }

    /** Starts the broker whose data lies in the folder. */
    static TrialPipeline in(Path folder, int threads, Status status) {
        return new TrialPipeline(folder, threads, status, LocalBroker.start(folder));
    }

    /** Ends what goes on, with a checkpoint where something was trained. For any thread. */
    void stop() {
        stopping = true;
        Training now = training;
        if (now != null) {
            now.stop();
        }
    }

    /**
     * Sees to it that a topic holds so many pairs, from the first on; what is there is not rendered again.
     *
     * @throws RefusalException if there are too few images, or broker or job fail
     */
    void draw(Views views, long pairs) throws Exception {
        try (Topics topics = Topics.at(kafka)) {
            topics.create(Topic.BATCHES, Topic.BATCHES.defaultName(), PARTITIONS);
            topics.create(Topic.ENCODERS, Topic.ENCODERS.defaultName(), PARTITIONS);
            topics.create(Topic.IMAGES_REJECTED, views.images().rejects(), PARTITIONS);
            topics.createForGood(Topic.VIEWS, views.topic(), PARTITIONS);
            send(views.images(), topics);
            if (topics.end(views.topic()).get(0) < pairs) {
                drawAll(views, pairs, topics);
            }
        }
    }

    private void send(Images images, Topics topics) {
        topics.create(Topic.IMAGES, images.topic(), PARTITIONS);
        long missing = images.count() - topics.end(images.topic()).get(0);
        if (missing <= 0) {
            return;
        }
        status.say("images", "sending " + images.count() + " of " + images.data());
        Ingest.run(
                IngestConfig.of(List.of(Path.of(images.data())), kafka)
                        .into(images.topic())
                        .upTo(missing),
                IngestListener.silent(),
                new SimpleMeterRegistry());
        long there = topics.end(images.topic()).get(0);
        if (there < images.count()) {
            throw new RefusalException("A run is to learn from " + images.count() + " images, but " + images.data()
                    + " holds " + there + " different ones; give --images of at most that");
        }
    }

    private void drawAll(Views views, long pairs, Topics topics) throws InterruptedException {
        int count = views.images().count();
        int passes = Math.toIntExact((pairs + count - 1) / count);
        RunningJob job = AugmentJob.start(AugmentConfig.of(kafka, views.recipe())
                .withTopics(new TopicNames(
                        views.images().topic(), views.topic(), views.images().rejects()))
                .withDrawing(RenderSettings.by(views.recipe()).withSeed(views.seed()))
                .withPasses(new Passes(passes, false))
                .withParallelism(PARTITIONS));
        try {
            while (!job.awaitEnd(GLANCE) && !stopping) {
                requireBroker();
                long there = topics.end(views.topic()).get(0);
                status.moving("views", there, pairs, " pairs", views.recipe().shortText());
            }
            if (stopping) {
                return;
            }
            job.awaitEnd();
        } finally {
            status.finishLine();
            job.stop();
        }
        long there = topics.end(views.topic()).get(0);
        if (there < pairs) {
            throw new RefusalException("Of " + views.images().data() + " " + there + " view pairs can be rendered in "
                    + passes + " passes and not " + pairs + ", because images cannot be decoded; take them away");
        }
    }

    /** Forgets views that no trial needs any more; they can be rendered again. */
    void forget(Views views) {
        try (Topics topics = Topics.at(kafka)) {
            topics.delete(views.topic());
        }
    }

    /**
     * Trains a trial to its end, from where it stands; empty if it was stopped before.
     *
     * @throws RefusalException if broker or trainer fail
     */
    Optional<Outcome> train(Trial trial) throws Exception {
        Path checkpoints = folder.resolve("checkpoints");
        TrainConfig config = trial.training(kafka, checkpoints, threads);
        long steps = config.learning().schedule().steps();
        newest = null;
        Guarded.saves(config.folder());
        try (ImageTopicRenderer lost =
                new ImageTopicRenderer(kafka, trial.views().images().topic())) {
            Training now = new Training(config, new SimpleMeterRegistry(), lost)
                    .startingFrom(trial.startingEncoder(checkpoints));
            training = now;
            if (stopping) {
                return Optional.empty();
            }
            Future<Outcome> learning = beside.begin(() -> now.run(report -> newest = report));
            while (!Background.ended(learning)) {
                if (broker.trouble().isPresent()) {
                    now.stop();
                }
                StepReport report = newest;
                if (report != null) {
                    status.moving("training", report.step(), steps, " steps", sentence(report));
                }
            }
            requireBroker();
            Outcome outcome = Background.result(learning);
            return outcome.step() < steps ? Optional.empty() : Optional.of(outcome);
        } finally {
            training = null;
            status.finishLine();
        }
    }

    private static String sentence(StepReport report) {
        return String.format(
                Locale.ROOT,
                "loss %.3f, %,.0f pairs/s, waiting %.0f %%",
                report.loss(),
                report.pairsPerSecond(),
                100 * report.waitingShare());
    }

    private void requireBroker() {
        Optional<String> trouble = broker.trouble();
        if (trouble.isPresent() && !stopping) {
            throw new RefusalException(trouble.get() + "; what is finished is kept, start the experiment again");
        }
    }

    @Override
    public void close() {
        beside.close();
        broker.close();
    }
}
