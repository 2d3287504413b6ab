package io.streamclr.trainer.watch;

import io.streamclr.schemas.FileFault;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.health.HeldOutProbe.Answer;
import io.streamclr.trainer.record.EventFile;
import io.streamclr.trainer.record.FigureLines;
import io.streamclr.trainer.record.Projection;
import io.streamclr.trainer.record.SpriteSheet;
import io.streamclr.trainer.settings.TrainConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down beside the checkpoints how a run goes: {@code metrics.jsonl} for scripts, {@code tensorboard/} for
 * TensorBoard. A record that cannot be written is given up and training goes on, since nothing depends on it.
 */
public final class RunRecords implements TrainingListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunRecords.class);

    /** Pairs in a picture. */
    private static final int SHOWN = 8;

    private final TrainConfig config;
    private final Clock clock;
    private final RunFigures figures;
    private FigureLines lines;
    private EventFile events;
    private boolean writing;
    /** The step that the run goes on after, for files that are opened with the first figure: until then it may fail. */
    private long begun;

    /** The step after which a checkpoint follows; 0 before the first. */
    private long saving;

    public RunRecords(TrainConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.figures = new RunFigures(
                config.computing().devices(), (group, step, kept) -> attempt(() -> note(group, step, kept)));
    }

    /** What may fail for want of room. */
    private interface Writing {
        void write() throws IOException;
    }

    @Override
    public void began(long step, long pairs) {
        // Stores of objects cannot append to a file.
        if (config.folder().getFileSystem() != FileSystems.getDefault()) {
            LOG.info(
                    "figures are not written down, because the place cannot append to files folder={}",
                    config.folder());
            return;
        }
        writing = true;
        begun = step;
    }

    private void open() throws IOException {
        if (lines == null) {
            lines = FigureLines.goOn(config.folder().resolve(FigureLines.FILE), begun, clock);
            events = EventFile.begin(folder(), begun + 1, clock);
        }
    }

    private Path folder() {
        return config.folder().resolve("tensorboard");
    }

    @Override
    public void trained(StepReport report) {
        figures.trained(report);
    }

    @Override
    public void measured(long step, Map<String, Double> gauges) {
        figures.measured(step, gauges);
        attempt(this::flush);
    }

    @Override
    public void probed(Answer answer) {
        figures.probed(answer);
        attempt(this::flush);
    }

    private void note(String group, long step, Map<String, Double> kept) throws IOException {
        lines.add(step, kept);
        Map<String, Double> grouped = new LinkedHashMap<>();
        kept.forEach((name, value) -> grouped.put(group + name, value));
        events.scalars(step, grouped);
    }

    @Override
    public void looked(Batch batch, Supplier<Features> features) {
        attempt(() -> {
            events.image(batch.step(), "views", pairs(batch));
            if (batch.step() == saving) {
                Features made = features.get();
                ByteBuffer first = batch.views().together(0, made.rows());
                Projection.write(folder(), batch.step(), made, first, batch.height(), batch.width());
            }
        });
    }

    /** First views above, second views below. */
    private static SpriteSheet pairs(Batch batch) {
        int shown = Math.min(SHOWN, batch.pairs());
        ByteBuffer both = ByteBuffer.allocate(2 * shown * batch.views().rowBytes());
        both.put(batch.views().together(0, shown));
        both.put(batch.views().together(batch.pairs(), shown));
        return SpriteSheet.of(both.flip(), batch.height(), batch.width(), shown);
    }

    @Override
    public void saving(long step) {
        saving = step;
    }

    @Override
    public void saved(long step, Path checkpoint) {
        attempt(this::flush);
    }

    private void flush() throws IOException {
        lines.flush();
        events.flush();
    }

    private void attempt(Writing work) {
        if (!writing) {
            return;
        }
        try {
            open();
            work.write();
        } catch (IOException full) {
            writing = false;
            LOG.warn("figures are no longer written down folder={} reason={}", config.folder(), FileFault.of(full));
        }
    }

    @Override
    public void close() {
        if (lines != null) {
            attempt(() -> {
                lines.close();
                events.close();
            });
        }
    }
}
