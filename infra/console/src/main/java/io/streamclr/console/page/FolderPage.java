package io.streamclr.console.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.probe.ResultFile;
import io.streamclr.schemas.RefusalException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A run as a person sees it in the browser by the files of its folder: one that has ended, or that another process trains.
 * On demand a stream of embedded images is shown beside it. Looks for news every few seconds, and changes nothing.
 */
public final class FolderPage implements AutoCloseable {

    private static final long LOOK_MILLIS = 2_000;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Sections that are made of newer files than the page's. */
    private static final Set<String> OF_THE_FOLDER =
            Set.of("run", "settings", "results", "checkpoints", "now", PageFolder.TIME_CURVES);

    private final RecordedRun run;
    private final String page = UUID.randomUUID().toString();
    private final Board board = new Board();
    private final History history = new History();
    private final PageFolder folder;
    private final StepCurves curves;
    private final Worker files;
    private final Optional<StreamPart> stream;
    private final PageServer server;
    private long keptAt = -1;
    private JsonNode keptNow;
    private FolderState shown;

    /**
     * Opens the page of a run.
     *
     * @param run its folder
     * @param compared folders of runs that are laid over this one from the beginning
     * @throws RefusalException if the page cannot be shown there
     */
    public static FolderPage open(PageAddress address, Path run, List<Path> compared) {
        return new FolderPage(address, RecordedRun.at(run), compared, Optional.empty());
    }

    /**
     * Opens the page of a run, with a stream of embedded images beside what its files say.
     *
     * @throws RefusalException if the page cannot be shown there
     */
    public static FolderPage open(PageAddress address, Path run, List<Path> compared, Optional<StreamTopics> stream) {
        return new FolderPage(address, RecordedRun.at(run), compared, stream);
    }

    private FolderPage(PageAddress address, RecordedRun run, List<Path> compared, Optional<StreamTopics> topics) {
        this.run = run;
        folder = new PageFolder(run.folder());
        curves = new StepCurves(run.folder(), history, new Checkpoints(run.folder()));
        Troubles troubles = new Troubles(board);
        files = new Worker("page-files", troubles);
        RunsBeside runs = new RunsBeside(run, compared);
        look();
        stream = topics.map(named -> new StreamPart(named, board, history, troubles));
        server = new PageServer(address, board, history, new FromTheFolder(runs));
        files.every(LOOK_MILLIS, "files", this::look);
    }

    /** Where a person finds it. */
    public URI uri() {
        return server.uri();
    }

    private void look() {
        FolderState state = FolderState.of(run.folder());
        if (state.equals(shown) && folder.keptAt() == keptAt) {
            return;
        }
        Checkpoints saved = new Checkpoints(run.folder());
        curves.follow(saved);
        if (folder.keptAt() != keptAt) {
            keptAt = folder.keptAt();
            folder.sections().ifPresent(this::show);
        }
        board.put(
                "run",
                JSON.objectNode()
                        .put("run", run.name())
                        .put("page", page)
                        .put("live", false)
                        .put("kept", keptAt > 0)
                        .put("folder", run.folder().toString())
                        .put("written_at", curves.writtenAt()));
        ObjectNode settings = RunSettings.in(run.folder());
        board.put("settings", settings);
        board.put("results", ResultFile.read(run.folder()));
        board.put("checkpoints", saved.json());
        board.put("now", now(settings));
        shown = state;
    }

    private void show(JsonNode kept) {
        kept.properties().stream()
                .filter(each -> !OF_THE_FOLDER.contains(each.getKey()))
                .forEach(each -> board.put(each.getKey(), each.getValue()));
        keptNow = kept.path("now");
        kept.path(PageFolder.TIME_CURVES).properties().forEach(curve -> {
            for (int i = 0; i < curve.getValue().path(0).size(); i++) {
                history.add(
                        curve.getKey(),
                        curve.getValue().path(0).path(i).asDouble(),
                        curve.getValue().path(1).path(i).asDouble());
            }
        });
    }

    /** As the page last had it, or as the records do, if they go on from there. */
    private ObjectNode now(JsonNode settings) {
        ObjectNode now = JSON.objectNode();
        if (keptNow instanceof ObjectNode kept) {
            now.setAll(kept);
            now.remove(List.of("seconds_left", "waiting"));
        }
        long steps = settings.path("schedule.steps").asLong();
        now.put("steps_total", steps);
        if (curves.newestStep() <= now.path("step").asLong() && now.has("loss")) {
            return now;
        }
        now.put("step", curves.newestStep());
        curves.newest().forEach(now::put);
        double pace = curves.newest().getOrDefault("pairs_per_second", 0.0);
        if (steps > curves.newestStep() && pace > 0) {
            now.put(
                    "seconds_left",
                    Math.round((steps - curves.newestStep())
                            * settings.path("batching.batch").asDouble()
                            / pace));
        }
        return now;
    }

    /** What a viewer asks for was kept, or is not to be had. */
    private final class FromTheFolder implements PageServer.Answers {

        private final KeptPairs pairs = new KeptPairs(folder);
        private final RunsBeside runs;

        FromTheFolder(RunsBeside runs) {
            this.runs = runs;
        }

        @Override
        public byte[] png(NewestPairs.Place place, NewestPairs.Part part) {
            return pairs.png(place, part);
        }

        @Override
        public String lineage(NewestPairs.Place place) {
            return pairs.lineage(place);
        }

        @Override
        public byte[] galleryPicture() {
            return folder.read(PageFolder.GALLERY)
                    .orElseThrow(() -> new RefusalException("No images were kept with this run"));
        }

        @Override
        public byte[] streamPicture(Thumbnails.Place place) {
            return stream.orElseThrow(() -> new RefusalException("This page shows no stream"))
                    .png(place);
        }

        @Override
        public RunsBeside runs() {
            return runs;
        }
    }

    @Override
    public void close() {
        server.close();
        stream.ifPresent(StreamPart::close);
        files.close();
    }
}
