package io.streamclr.local.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.streamclr.augment.view.Recipe;
import io.streamclr.console.page.LivePage;
import io.streamclr.console.page.PageAddress;
import io.streamclr.console.probe.Probing;
import io.streamclr.console.probe.ResultFile;
import io.streamclr.console.probe.ScoreTable;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.trainer.health.Similarities;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.HeldOut;
import io.streamclr.trainer.watch.HeldOut.Kind;
import io.streamclr.trainer.watch.TrainingListener;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What is to be seen of a demo in the browser, if anybody looks, and what it leaves in its run's folder. */
final class DemoPage implements TrainingListener, AutoCloseable {

    /** Labelled images for the kNN curve; more make it no more telling. */
    private static final int PROBED = 2_500;

    /** Steps. Each embeds as many images as a few steps take forwards and backwards. */
    private static final int PROBE_EVERY = 250;

    private final Path run;
    private final Optional<LivePage> page;

    private DemoPage(Path run, Optional<LivePage> page) {
        this.run = run;
        this.page = page;
    }

    /** @param address where it is shown; empty if it is not */
    static DemoPage open(DemoPlan plan, Optional<PageAddress> address, TrainConfig config) {
        Optional<LivePage> page = address.map(place -> LivePage.open(
                place,
                config,
                Topic.IMAGES.defaultName(),
                Topic.IMAGES_REJECTED.defaultName(),
                Topic.EMBEDDINGS.defaultName()));
        page.ifPresent(open -> open.dataSet(plan.dataSet()));
        return new DemoPage(config.folder(), page);
    }

    /** On what the encoder is probed while it learns: test images, or where there are none, some of those it learns from. */
    static HeldOut probe(Probing probing) {
        return probing.some(PROBED)
                .map(images -> probing.isApart()
                        ? new HeldOut(PROBE_EVERY, HeldOut.NEVER_FORGOTTEN, side -> images, Kind.AT_HAND)
                        : HeldOut.ofTheStream(PROBE_EVERY, side -> images))
                .orElse(HeldOut.NONE);
    }

    Optional<URI> uri() {
        return page.map(LivePage::uri);
    }

    /** The images are in their topic. */
    void beforeTraining(Recipe recipe) {
        page.ifPresent(open -> open.beforeTraining(recipe));
    }

    void endsAt(Instant end) {
        page.ifPresent(open -> open.endsAt(end));
    }

    /** @param step of the trained encoder in the table; 0 for baselines alone */
    void measured(long step, ScoreTable table) {
        ArrayNode tables = ResultFile.note(run, "demo", step, Instant.now(), table);
        page.ifPresent(open -> open.results(tables));
    }

    @Override
    public void began(long step, long pairs) {
        page.ifPresent(open -> open.began(step, pairs));
    }

    @Override
    public void computing(Computing step) {
        page.ifPresent(open -> open.computing(step));
    }

    @Override
    public void trained(StepReport report) {
        page.ifPresent(open -> open.trained(report));
    }

    @Override
    public void waiting(StepReport report) {
        page.ifPresent(open -> open.waiting(report));
    }

    @Override
    public void measured(long step, Map<String, Double> gauges) {
        page.ifPresent(open -> open.measured(step, gauges));
    }

    @Override
    public void similar(long step, Similarities similarities) {
        page.ifPresent(open -> open.similar(step, similarities));
    }

    @Override
    public void saved(long step, Path checkpoint) {
        page.ifPresent(open -> open.saved(step, checkpoint));
    }

    @Override
    public void close() {
        page.ifPresent(LivePage::close);
    }
}
