package io.streamclr.console.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.view.Recipe;
import io.streamclr.console.probe.ResultFile;
import io.streamclr.console.rejects.RejectTail;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.health.Similarities;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.Audience;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A run as a person sees it in the browser. It hears what the training does and only notes it; everything else happens
 * in threads of the page's own, one for what is quick, one for each thing that may take long.
 */
public final class LivePage implements Audience.Seat {

    private static final long TICK_MILLIS = 500;
    private static final long TOPICS_MILLIS = 2_000;
    private static final long PAIRS_MILLIS = 4_000;
    private static final long KEEP_MILLIS = 30_000;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ShownRun subject;
    private final Board board = new Board();
    private final History history = new History();
    private final Troubles troubles = new Troubles(board);
    private final ConcurrentLinkedQueue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Saved> toShow = new AtomicReference<>();

    private final Worker clock = new Worker("page-clock", troubles);
    private final Worker topics = new Worker("page-topics", troubles);
    private final Worker pictures = new Worker("page-pictures", troubles);
    private final Worker encoders = new Worker("page-encoders", troubles);

    private final TopicFigures figures;
    private final RejectTail rejects;
    private final NewestPairs pairs;
    private final Gallery gallery;
    private final Checkpoints checkpoints;
    private final StepCurves curves;
    private final NowSection now;
    /** The step after which the machine's use was last drawn. */
    private long usedAt;

    private final StreamPart stream;
    private final PageFolder folder;
    private final KeptPairs keptPairs;
    private final RunsBeside runs;
    private final PageServer server;
    private volatile Optional<byte[]> galleryPicture = Optional.empty();
    private volatile String dataSet = "";
    private final AtomicBoolean untrainedShown = new AtomicBoolean();
    /** Whether the pairs' pictures are to be kept, for which images are decoded: after a checkpoint, and at the end. */
    private final AtomicBoolean pairsDue = new AtomicBoolean();

    /** For the worker of the pictures alone. */
    private ArrayNode newestPairs = JSON.arrayNode();

    private volatile String recipeShown = "";

    /** A checkpoint whose encoder is to be shown. */
    private record Saved(long step, Path folder) {}

    private LivePage(PageAddress address, ShownRun subject, String embeddingsTopic) {
        this.subject = subject;
        folder = new PageFolder(subject.folder());
        keptPairs = new KeptPairs(folder);
        runs = new RunsBeside(RecordedRun.at(subject.folder()), List.of());
        now = new NowSection(subject.settings());
        figures = new TopicFigures(subject, history, Clock.systemUTC());
        rejects = new RejectTail(subject.kafka(), subject.rejectsTopic());
        pairs = new NewestPairs(subject);
        gallery = new Gallery(subject, folder);
        checkpoints = new Checkpoints(subject.folder());
        curves = new StepCurves(subject.folder(), history, checkpoints);
        stream = new StreamPart(
                new StreamTopics(subject.kafka(), embeddingsTopic, subject.imagesTopic()), board, history, troubles);
        server = new PageServer(
                address, board, history, new WorkerAnswers(pictures, pairs, () -> galleryPicture, stream, runs));
        board.put(
                "run",
                JSON.objectNode()
                        .put("run", subject.run())
                        .put("page", UUID.randomUUID().toString())
                        .put("live", true)
                        .put("folder", subject.folder().toString())
                        .put("save_every", subject.settings().saving().every().words()));
        board.put("settings", RunSettings.of(subject.settings()));
        board.put("results", ResultFile.read(subject.folder()));
        putData();
        board.put("checkpoints", checkpoints.json());
        gallery.kept().ifPresent(shown -> {
            galleryPicture = gallery.png();
            board.put("gallery", shown);
        });
        untrainedShown.set(checkpoints.newest().isPresent());
        checkpoints.newest().ifPresent(saved -> show(saved.step(), saved.folder()));
        clock.every(TICK_MILLIS, "figures", this::tick);
        topics.every(TOPICS_MILLIS, "topics", () -> board.put("topics", figures.look()));
        topics.every(TOPICS_MILLIS, "rejects", this::lookAtRejects);
        pictures.every(PAIRS_MILLIS, "views", this::lookAtPairs);
        pictures.every(KEEP_MILLIS, "page folder", this::keep);
    }

    /**
     * Opens the page of a run. Its topics exist.
     *
     * @param imagesTopic where the run's images are
     * @param rejectsTopic where those of them are noted that became no views
     * @param embeddingsTopic where the images are embedded, if anywhere: it need not exist
     * @throws RefusalException if the page cannot be shown there
     */
    public static LivePage open(
            PageAddress address, TrainConfig config, String imagesTopic, String rejectsTopic, String embeddingsTopic) {
        return new LivePage(address, ShownRun.of(config, imagesTopic, rejectsTopic), embeddingsTopic);
    }

    /** Where a person finds it. */
    public URI uri() {
        return server.uri();
    }

    /** Says when the run will be stopped, where its settings do not. */
    public void endsAt(Instant end) {
        events.add(() -> now.endsAt(end));
    }

    /** @param words what the images are called */
    public void dataSet(String words) {
        dataSet = words;
        putData();
    }

    /** Shows what was measured of encoders of the run. @param tables as the run's folder has them */
    public void results(ArrayNode tables) {
        board.put("results", tables);
    }

    @Override
    public void began(long step, long pairsSoFar) {
        events.add(() -> {
            now.began(step, pairsSoFar);
            curves.recall(step);
            board.put("checkpoints", checkpoints.json());
        });
    }

    @Override
    public void trained(StepReport report) {
        events.add(() -> {
            now.trained(report);
            curves.trained(report);
        });
    }

    @Override
    public void waiting(StepReport report) {
        events.add(() -> now.waiting(report));
    }

    @Override
    public void computing(Computing step) {
        events.add(() -> now.computing(step));
    }

    @Override
    public void measured(long step, Map<String, Double> gauges) {
        events.add(() -> {
            curves.measured(step, gauges);
            board.put("checkpoints", checkpoints.json());
        });
    }

    @Override
    public void similar(long step, Similarities similarities) {
        events.add(() -> {
            ObjectNode alike = JSON.objectNode().put("step", step);
            similarities.positives().forEach(alike.putArray("positives")::add);
            similarities.negatives().forEach(alike.putArray("negatives")::add);
            board.put("alike", alike);
        });
    }

    @Override
    public void saved(long step, Path checkpoint) {
        events.add(() -> {
            pairsDue.set(true);
            checkpoints.saved(step, checkpoint);
            board.put("checkpoints", checkpoints.json());
            show(step, checkpoint);
        });
    }

    private void tick() {
        for (Runnable news = events.poll(); news != null; news = events.poll()) {
            news.run();
        }
        if (now.begun()) {
            board.put("now", now.json());
            if (now.step() > usedAt) {
                usedAt = now.step();
                curves.used(usedAt, now.use());
            }
        }
    }

    private void putData() {
        board.put(
                "data",
                JSON.objectNode()
                        .put("name", OneLine.of(dataSet))
                        .put("images_topic", subject.imagesTopic())
                        .put("views_topic", subject.viewsTopic())
                        .put("recipe", OneLine.of(recipeShown)));
    }

    private void lookAtPairs() {
        newestPairs = pairs.look();
        board.put("pairs", newestPairs);
        pairs.recipe().ifPresent(recipe -> {
            if (!pairs.recipeText().equals(recipeShown)) {
                recipeShown = pairs.recipeText();
                putData();
            }
            beforeTraining(recipe);
        });
    }

    /**
     * Shows the images, which are there, to the encoder as it is before training; without effect where a trained one is to be
     * shown. Else that is done when the first views are there.
     */
    public void beforeTraining(Recipe recipe) {
        if (!untrainedShown.getAndSet(true)) {
            encoders.submit("encoder", () -> gallery.showUntrained(recipe).ifPresent(this::putGallery));
        }
    }

    private void putGallery(ObjectNode shown) {
        galleryPicture = gallery.png();
        board.put("gallery", shown);
    }

    /** Whatever ends the run, its page of half a minute before can be shown. */
    private void keep() {
        Map<String, String> sections = board.kept();
        ObjectNode timed = history.since(-1).curves();
        timed.retain(timed.propertyStream()
                .map(Map.Entry::getKey)
                .filter(name -> name.startsWith("flow/") || name.startsWith("lag/"))
                .toList());
        sections.put(PageFolder.TIME_CURVES, timed.toString());
        boolean areAllKept = isTimeForPairs() && keptPairs.keep(newestPairs, pairs);
        sections.put("pairs", keptPairs.section().toString()); // no others than those with pictures
        if (folder.keep(sections) && areAllKept) {
            keptPairs.forgetOthers(); // the sections named them until now
        }
    }

    private boolean isTimeForPairs() {
        return !newestPairs.isEmpty()
                && (pairsDue.getAndSet(false) || keptPairs.section().isEmpty());
    }

    private void lookAtRejects() {
        rejects.follow();
        board.put("rejects", RejectsSection.of(rejects));
    }

    /** An encoder that is newer than the one at work is shown next; those between are passed over. */
    private void show(long step, Path checkpoint) {
        if (toShow.getAndSet(new Saved(step, checkpoint)) == null) {
            encoders.submit("encoder", () -> {
                Saved saved = toShow.getAndSet(null);
                gallery.show(saved.step(), saved.folder()).ifPresent(this::putGallery);
            });
        }
    }

    /** Waits for what is being computed: PyTorch must not be taken apart under it. */
    @Override
    public void close() {
        server.close();
        clock.close();
        tick(); // what was heard last is kept too
        encoders.last("encoder", () -> {});
        encoders.close();
        pairsDue.set(true);
        pictures.last("page folder", this::keep);
        topics.close();
        stream.close();
        pictures.close();
        figures.close();
        rejects.close();
        pairs.close();
    }
}
