package io.streamclr.console.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.rejects.RejectTail;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.health.Similarities;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.Audience;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A run as a person sees it in the browser. It hears what the training does and only notes it; everything else happens
 * in threads of the page's own, one for what is quick, one for each thing that may take long.
 */
public final class LivePage implements Audience.Seat {

    private static final long TICK_MILLIS = 500;
    private static final long TOPICS_MILLIS = 2_000;
    private static final long PAIRS_MILLIS = 4_000;
    private static final long ANSWER_SECONDS = 20;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Board board = new Board();
    private final History history = new History();
    private final Troubles troubles = new Troubles(board);
    private final ConcurrentLinkedQueue<Runnable> told = new ConcurrentLinkedQueue<>();
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
    private final PageServer server;
    private volatile Optional<byte[]> galleryPicture = Optional.empty();
    private StepReport newest;
    private boolean waiting;
    /** What is said of the step at work; null while there is nothing to say. */
    private String computing;

    /** A checkpoint whose encoder is to be shown. */
    private record Saved(long step, Path folder) {}

    private LivePage(PageAddress address, ShownRun subject) {
        figures = new TopicFigures(subject, history, Clock.systemUTC());
        rejects = new RejectTail(subject.kafka(), subject.rejectsTopic());
        pairs = new NewestPairs(subject);
        gallery = new Gallery(subject);
        checkpoints = new Checkpoints(subject.folder());
        curves = new StepCurves(subject.folder(), history, checkpoints);
        server = new PageServer(address, board, history, new FromTheWorkers());
        board.put(
                "run",
                JSON.objectNode()
                        .put("run", subject.run())
                        .put("page", UUID.randomUUID().toString()));
        board.put("checkpoints", checkpoints.json());
        checkpoints.newest().ifPresent(saved -> show(saved.step(), saved.folder()));
        clock.every(TICK_MILLIS, "figures", this::tick);
        topics.every(TOPICS_MILLIS, "topics", () -> board.put("topics", figures.look()));
        topics.every(TOPICS_MILLIS, "rejects", this::lookAtRejects);
        pictures.every(PAIRS_MILLIS, "views", () -> board.put("pairs", pairs.look()));
    }

    /**
     * Opens the page of a run. Its topics exist.
     *
     * @param imagesTopic where the run's images are
     * @param rejectsTopic where those of them are noted that became no views
     * @throws RefusalException if the page cannot be shown there
     */
    public static LivePage open(PageAddress address, TrainConfig config, String imagesTopic, String rejectsTopic) {
        return new LivePage(address, ShownRun.of(config, imagesTopic, rejectsTopic));
    }

    /** Where a person finds it. */
    public URI uri() {
        return server.uri();
    }

    @Override
    public void began(long step, long pairsSoFar) {
        told.add(() -> {
            newest = StepReport.before(step, pairsSoFar);
            curves.recall(step);
            board.put("checkpoints", checkpoints.json());
        });
    }

    @Override
    public void trained(StepReport report) {
        told.add(() -> {
            newest = report;
            waiting = false;
            computing = null;
            curves.trained(report);
        });
    }

    @Override
    public void waiting(StepReport report) {
        told.add(() -> {
            newest = report;
            waiting = true;
            computing = null;
        });
    }

    @Override
    public void computing(Computing step) {
        told.add(() -> {
            waiting = false;
            computing = step.words();
        });
    }

    @Override
    public void measured(long step, Map<String, Double> gauges) {
        told.add(() -> {
            curves.measured(step, gauges);
            board.put("checkpoints", checkpoints.json());
        });
    }

    @Override
    public void similar(long step, Similarities similarities) {
        told.add(() -> {
            ObjectNode alike = JSON.objectNode().put("step", step);
            similarities.positives().forEach(alike.putArray("positives")::add);
            similarities.negatives().forEach(alike.putArray("negatives")::add);
            board.put("alike", alike);
        });
    }

    @Override
    public void saved(long step, Path checkpoint) {
        told.add(() -> {
            checkpoints.saved(step, checkpoint);
            board.put("checkpoints", checkpoints.json());
            show(step, checkpoint);
        });
    }

    private void tick() {
        for (Runnable news = told.poll(); news != null; news = told.poll()) {
            news.run();
        }
        if (newest != null) {
            ObjectNode now = JSON.objectNode();
            now.put("step", newest.step());
            now.put("pairs", newest.pairs());
            if (Double.isFinite(newest.loss())) {
                now.put("loss", newest.loss());
                now.put("learning_rate", newest.rate());
                now.put("pairs_per_second", newest.pairsPerSecond());
                now.put("waiting_share", newest.waitingShare());
                now.put("waiting", waiting);
            }
            if (computing != null) {
                now.put("computing", computing);
            }
            board.put("now", now);
        }
    }

    private void lookAtRejects() {
        rejects.follow();
        ObjectNode all = JSON.objectNode();
        ObjectNode reasons = all.putObject("reasons");
        rejects.counts().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> reasons.put(each.getKey().name(), each.getValue()));
        ArrayNode rows = all.putArray("newest");
        rejects.newest().forEach(each -> rows.addObject()
                .put("place", each.place())
                .put("reason", each.reason().name())
                .put("detail", OneLine.of(each.detail()))
                .put("source", OneLine.of(each.source()))
                .put("bytes", each.bytes()));
        board.put("rejects", all);
    }

    /** An encoder that is newer than the one at work is shown next; those between are passed over. */
    private void show(long step, Path checkpoint) {
        if (toShow.getAndSet(new Saved(step, checkpoint)) == null) {
            encoders.submit("encoder", () -> {
                Saved saved = toShow.getAndSet(null);
                gallery.show(saved.step(), saved.folder()).ifPresent(shown -> {
                    galleryPicture = gallery.png();
                    board.put("gallery", shown);
                });
            });
        }
    }

    /** What a viewer asks for is made by the worker whose it is. */
    private final class FromTheWorkers implements PageServer.Answers {

        @Override
        public byte[] png(NewestPairs.Place place, NewestPairs.Part part) {
            return answer(() -> pairs.png(place, part));
        }

        @Override
        public String lineage(NewestPairs.Place place) {
            return answer(() -> pairs.lineage(place).toString());
        }

        @Override
        public byte[] gallery() {
            return galleryPicture.orElseThrow(() -> new RefusalException("No encoder has been shown images yet"));
        }

        private <T> T answer(Callable<T> question) {
            Future<T> answer = pictures.ask(question);
            try {
                return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RefusalException refusal) {
                    throw refusal;
                }
                throw new IllegalStateException("A picture cannot be made", failed.getCause());
            } catch (TimeoutException slow) {
                throw new RefusalException("The topics did not give the pair in time; try again", slow);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
                throw new RefusalException("The page is closing", closing);
            }
        }
    }

    /** Waits for what is being computed: PyTorch must not be taken apart under it. */
    @Override
    public void close() {
        server.close();
        clock.close();
        encoders.close();
        topics.close();
        pictures.close();
        figures.close();
        rejects.close();
        pairs.close();
    }
}
