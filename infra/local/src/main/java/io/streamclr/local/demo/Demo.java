package io.streamclr.local.demo;

import io.streamclr.augment.AugmentConfig;
import io.streamclr.augment.AugmentJob;
import io.streamclr.augment.job.RenderSettings;
import io.streamclr.console.guard.Guarded;
import io.streamclr.console.page.PageAddress;
import io.streamclr.console.probe.ImageSet;
import io.streamclr.console.probe.Probing;
import io.streamclr.console.probe.ScoreTable;
import io.streamclr.console.probe.Scores;
import io.streamclr.console.screen.Status;
import io.streamclr.ingest.Ingest;
import io.streamclr.ingest.IngestConfig;
import io.streamclr.ingest.IngestListener;
import io.streamclr.ingest.IngestReport;
import io.streamclr.local.background.Background;
import io.streamclr.local.broker.LocalBroker;
import io.streamclr.process.command.Stoppable;
import io.streamclr.process.metrics.MetricsEndpoint;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.stream.source.LookAhead;
import io.streamclr.stream.source.Passes;
import io.streamclr.stream.start.Checkpoints;
import io.streamclr.stream.start.RunningJob;
import io.streamclr.trainer.publish.PublishedForm;
import io.streamclr.trainer.render.ImageTopicRenderer;
import io.streamclr.trainer.run.FirstEncoder;
import io.streamclr.trainer.run.Training;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.HeldOut;
import io.streamclr.trainer.watch.TrainingListener;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Future;

/** Starts everything, watches it, ends it in time, and measures what was learned. */
final class Demo {

    /** How much longer measuring may take at the end than at the beginning. */
    private static final double RESERVE = 1.25;

    /** What the job takes to stop. */
    private static final Duration TO_STOP = Duration.ofSeconds(4);

    /** How much later than planned the first step may come. */
    private static final Duration TO_BEGIN = Duration.ofSeconds(60);

    /** How long Ctrl-C waits for a step to end and a checkpoint to be saved. */
    private static final Duration TO_SAVE = Duration.ofSeconds(60);

    /** Training gets this part of the time even where everything before it was slow. */
    private static final int LEAST_PART = 3;

    /** Passes over the images; more than any demo reaches. */
    private static final int PASSES = 1_000_000;

    private final DemoPlan plan;
    private final Optional<PageAddress> pageAddress;
    private final MetricsEndpoint metrics;
    private final Status status;
    private volatile boolean stopAsked;
    private LocalBroker broker;
    private Set<PublishedForm> forms = Set.of();
    private volatile Training training;
    private volatile StepReport newest;

    /**
     * @param pageAddress where the demo is shown in the browser; empty if it is not
     * @param metrics of everything but the job, which shows its own at the next port
     */
    Demo(DemoPlan plan, Optional<PageAddress> pageAddress, MetricsEndpoint metrics, Status status) {
        this.plan = plan;
        this.pageAddress = pageAddress;
        this.metrics = metrics;
        this.status = status;
    }

    /** Has encoders written and announced in these forms too. */
    Demo publishing(Set<PublishedForm> others) {
        forms = others;
        return this;
    }

    /**
     * What a demo ends with.
     *
     * @param pairs trained since the run began, earlier starts included
     * @param steps likewise
     * @param images that were learned from
     * @param side of the views, in pixels
     * @param seconds of this start, from when the images were on this machine
     * @param before what the encoder was before it was trained, in words
     * @param checkpoint the folder with the encoder
     */
    record Result(
            ScoreTable table,
            String before,
            long pairs,
            long steps,
            long images,
            int side,
            long seconds,
            Path checkpoint) {

        Verdict verdict() {
            return Verdict.of(table, before, (double) pairs / Math.max(1, images), side);
        }
    }

    /** The floors, and how long it took to measure the encoder among them. */
    private record Floors(Scores pixels, Scores untrained, Duration perEncoder) {}

    /** Runs to the end of the plan's time; empty if somebody stopped it before. */
    Optional<Result> run() throws Exception {
        try (Background beside = new Background("demo")) {
            return Stoppable.work(TO_SAVE, this::isComputing, this::stop, () -> {
                Optional<Result> result = run(beside, System.nanoTime());
                if (result.isEmpty()) { // said here, because the process waits for nothing that comes after this work
                    status.say("stopped", "what was learned is kept; the same command goes on from here");
                }
                return result;
            });
        }
    }

    private void stop() {
        status.finishLine();
        status.say("stopping", "saving what was learned");
        stopAsked = true;
        if (training != null) {
            training.stop();
        }
    }

    private Optional<Result> run(Background beside, long begin) throws Exception {
        try (LocalBroker started = LocalBroker.start(plan.folder(), DemoDisk.settings(plan))) {
            broker = started;
            KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
            status.say("broker", "Kafka at " + broker.bootstrapServers() + ", data in " + plan.folder());
            createTopics(kafka);
            TrainConfig config = plan.training(kafka);
            try (DemoPage page = DemoPage.open(plan, pageAddress, config)) {
                page.uri().ifPresent(uri -> status.say("page", "watch it at " + uri));
                return run(beside, begin, kafka, config, page);
            }
        }
    }

    private Optional<Result> run(
            Background beside, long begin, KafkaConnection kafka, TrainConfig config, DemoPage page) throws Exception {
        Future<IngestReport> sending = beside.begin(() -> send(kafka));
        ImageSet train = plan.test().isPresent()
                ? read(plan.train(), OptionalLong.empty(), DemoPlan.MEASURED_TRAIN)
                : read(plan.train(), OptionalLong.of(plan.seed()), DemoPlan.MEASURED_ALONE);
        Probing probing = probing(train);
        IngestReport sent = Background.result(sending);
        status.say("images", DemoWords.images(sent));
        long images = sent.sent() + sent.alreadyThere();
        if (images < DemoPlan.BATCH_PAIRS) {
            status.say("note", DemoWords.few(images));
        }
        status.say("network", DemoWords.network(config));
        page.beforeTraining(plan.recipe());
        Optional<Floors> measured = floors(probing, config);
        if (measured.isEmpty()) {
            return Optional.empty();
        }
        Floors floors = measured.get();
        status.say("baselines", DemoWords.baselines(floors.pixels(), before(), floors.untrained()));
        page.measured(0, table(floors));
        if (stopAsked) {
            return Optional.empty();
        }
        long end = endOfTraining(begin, floors);
        page.endsAt(Instant.now().plusNanos(end - System.nanoTime()));
        Outcome outcome = train(beside, kafka, config, end, page, DemoPage.probe(probing));
        if (stopAsked || outcome.checkpoint().isEmpty()) {
            return Optional.empty();
        }
        status.say("measuring", "the trained encoder");
        ScoreTable table = table(floors);
        table.add(
                "trained", "trained encoder", probing.encoder(outcome.encoder().orElseThrow()));
        page.measured(outcome.step(), table);
        long seconds = Math.round((System.nanoTime() - begin) / 1e9);
        return Optional.of(new Result(
                table,
                before(),
                outcome.pairs(),
                outcome.step(),
                images,
                plan.recipe().size(),
                seconds,
                outcome.checkpoint().get()));
    }

    /** What the encoder is before it is trained here. */
    private String before() {
        return plan.weights().isPresent() ? "given encoder" : "untrained encoder";
    }

    private ScoreTable table(Floors floors) {
        ScoreTable table = new ScoreTable();
        table.add("pixels", "raw pixels", floors.pixels());
        table.add("untrained", before(), floors.untrained());
        return table;
    }

    /** When to stop training, so that measuring ends in time; on a machine that is too slow for that, later. */
    private long endOfTraining(long begin, Floors floors) {
        long measuring = (long) (RESERVE * floors.perEncoder().toNanos()) + TO_STOP.toNanos();
        long inTime = begin + plan.duration().toNanos() - measuring;
        long least = System.nanoTime() + plan.duration().toNanos() / LEAST_PART;
        if (least > inTime) {
            status.say("note", "this machine has little time left for training, so it will take longer than asked");
        }
        return Math.max(inTime, least);
    }

    private static void createTopics(KafkaConnection kafka) {
        try (Topics topics = Topics.at(kafka)) {
            for (Topic topic : Topic.values()) {
                // Nobody draws the views again that wait for a trainer until the demo is started again, days later.
                topics.createAgeless(topic, topic.defaultName(), DemoPlan.PARTITIONS);
            }
        }
    }

    private IngestReport send(KafkaConnection kafka) throws Exception {
        IngestConfig config = IngestConfig.of(List.of(plan.train()), kafka).by(plan.labels());
        return Ingest.run(
                plan.shuffled() ? config.shuffled(plan.seed()) : config,
                new IngestListener() {
                    @Override
                    public void readingTopic(long read, long total) {
                        // nobody wants to know
                    }

                    @Override
                    public void sending(IngestReport soFar) {
                        // nobody wants to know
                    }

                    @Override
                    public void note(String sentence) {
                        status.say("note", sentence);
                    }
                },
                metrics.registry());
    }

    /** Of larger images fewer are measured on, for each is compared with each, or as many as memory allows. */
    private int measured(int images) {
        return Math.min(
                (int) Math.min(
                        images,
                        (long) images * DemoPlan.MEASURED_SIDE / plan.recipe().size()),
                ImageSet.fitting(plan.recipe()));
    }

    private ImageSet read(Path images, OptionalLong viewSeed, int most) {
        return ImageSet.read(images, plan.labels(), plan.recipe(), viewSeed, measured(most));
    }

    private Probing probing(ImageSet train) {
        ImageSet test = plan.test().isPresent()
                ? read(plan.test().get(), OptionalLong.of(plan.seed()), DemoPlan.MEASURED_TEST)
                        .numberedAs(train)
                : train;
        return new Probing(train, test, plan.threads(), plan.test().isPresent());
    }

    /** Measures what the trained encoder must pass; empty if somebody stopped it. */
    private Optional<Floors> floors(Probing probing, TrainConfig config) {
        if (stopAsked) {
            return Optional.empty();
        }
        Scores pixels = probing.pixels();
        if (stopAsked) {
            return Optional.empty();
        }
        // Else the run would be computed as suits the untrained encoder, and not as a trainer alone computes it.
        Training.foresee(config, plan.recipe().size());
        Path untrained =
                FirstEncoder.write(config, plan.startingEncoder(), plan.folder().resolve("untrained"));
        long begin = System.nanoTime();
        Scores scores = probing.encoder(untrained);
        return Optional.of(new Floors(pixels, scores, Duration.ofNanos(System.nanoTime() - begin)));
    }

    private Outcome train(
            Background beside,
            KafkaConnection kafka,
            TrainConfig config,
            long end,
            TrainingListener page,
            HeldOut heldOut)
            throws Exception {
        RunningJob job = AugmentJob.start(AugmentConfig.of(kafka, plan.recipe())
                .withDrawing(RenderSettings.by(plan.recipe()).withSeed(plan.seed()))
                .withPasses(new Passes(PASSES, false))
                .withAhead(new LookAhead(plan.pairsAhead(), config.monitoringGroup()))
                .withParallelism(plan.workers())
                .withCheckpoints(new Checkpoints(plan.folder().resolve("job").toString(), Duration.ofSeconds(10)))
                .withMetricsPort(metrics.port().isPresent() ? metrics.port().getAsInt() + 1 : 0));
        try (ImageTopicRenderer lost = new ImageTopicRenderer(kafka, Topic.IMAGES.defaultName())) {
            Guarded.saves(config.folder());
            training = new Training(config, metrics.registry(), lost, heldOut)
                    .startingFrom(plan.startingEncoder())
                    .publishing(forms);
            if (stopAsked) {
                training.stop();
            }
            Future<Outcome> learning =
                    beside.begin(() -> training.run(TrainingListener.all(List.of(report -> newest = report, page))));
            watch(learning, job, end);
            return Background.result(learning);
        } finally {
            status.finishLine();
            job.stop();
        }
    }

    private boolean isComputing() {
        return training != null && training.isComputing();
    }

    /** Looks after everything once a second until the training is over. */
    private void watch(Future<Outcome> learning, RunningJob job, long end) throws Exception {
        long begin = System.nanoTime();
        Duration planned = Duration.ofNanos(Math.max(0, end - begin));
        boolean cooling = false;
        while (!Background.ended(learning)) {
            long now = System.nanoTime();
            double left = (end - now) / 1e9;
            StepReport report = newest;
            if (!cooling && report != null && left <= DemoPlan.COOL_DOWN * planned.toNanos() / 1e9) {
                training.beginCoolDown(DemoPlan.coolDownSteps(left, report.pairsPerSecond()));
                cooling = true;
            } else if (cooling && isLate(report, left)) {
                training.shortenCoolDown(DemoPlan.coolDownSteps(left, report.pairsPerSecond()));
            }
            Optional<String> trouble = broker.trouble().or(() -> job.failure().map(Throwable::getMessage));
            if (trouble.isPresent() && !stopAsked) {
                training.stop();
                Background.result(learning);
                throw new RefusalException(trouble.get() + "; what was learned is kept, start the demo again");
            }
            if (report == null && !training.isComputing() && left < -TO_BEGIN.toSeconds() && !stopAsked) {
                training.stop();
                Background.result(learning);
                throw new RefusalException("There were too few views for a first step: of the images "
                        + job.counts().written() + " pairs were rendered and "
                        + job.counts().rejects()
                        + " were rejected; give it more --minutes, or other --data");
            }
            if (!stopAsked) {
                status.moving(
                        "training",
                        Duration.ofNanos(now - begin).toSeconds(),
                        planned.toSeconds(),
                        " s",
                        DemoWords.training(report, training.isComputing(), job, cooling));
            }
        }
    }

    /** Whether the cool-down lasts longer than the time that is left, as when the machine has more to do than before. */
    private boolean isLate(StepReport report, double left) {
        OptionalLong last = training.endOfCoolDown();
        return last.isPresent() && DemoPlan.isLate(last.getAsLong() - report.step(), left, report.pairsPerSecond());
    }
}
