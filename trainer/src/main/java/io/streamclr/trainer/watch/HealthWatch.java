package io.streamclr.trainer.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.trainer.checkpoint.RunFolder;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.health.Forgetting.AccuracyDrop;
import io.streamclr.trainer.health.Health;
import io.streamclr.trainer.settings.HealthWatchPlan;
import io.streamclr.trainer.settings.TrainConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the health of a run: measures it every so often and raises the alarm when learning has broken down, or a
 * class is forgotten. An alarm is a line in the log, a count on the dashboard and a note in the run's folder; where
 * learning has broken down, the last good checkpoint is kept for good.
 */
public final class HealthWatch {

    /** Of a class's name in that of a file. */
    private static final int MOST_CHARACTERS = 60;

    private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final String CALMER = "go on with a lower --learning-rate or a longer --warm-up";

    private final TrainConfig config;
    private final RunFolder folder;
    private final Function<Batch, Health> check;
    private final TrainingMeters meters;
    private final Clock clock;
    private final Collapse collapse;
    private Optional<Path> lastGood;
    private Optional<Health> latest = Optional.empty();

    /** @param resumed the checkpoint that the run goes on from */
    public HealthWatch(
            TrainConfig config,
            RunFolder folder,
            Function<Batch, Health> check,
            TrainingMeters meters,
            Clock clock,
            Optional<Path> resumed) {
        this.config = config;
        this.folder = folder;
        this.check = check;
        this.meters = meters;
        this.clock = clock;
        this.collapse = new Collapse(config.watch().leastRank());
        // What an earlier alarm kept is good for certain; what the run resumes from is only believed to be.
        lastGood = folder.keptForGood().stream().findFirst().or(() -> resumed);
    }

    /**
     * Measures the network after a step, if it is time to.
     *
     * @param batch the step's, still open
     * @param saving whether a checkpoint follows
     * @return what was measured; empty if it was not time to
     * @throws RefusalException if training has collapsed and is to stop then
     */
    public Optional<Health> look(Batch batch, double loss, boolean saving) {
        if (batch.step() % config.watch().everySteps() != 0 && !saving) {
            return Optional.empty();
        }
        Health health = check.apply(batch);
        latest = Optional.of(health);
        meters.measured(health.scores());
        if (collapse.beginsWith(health)) {
            String what = "Training has collapsed at step " + batch.step() + ": features use "
                    + rounded(health.featureRank()) + " directions and embeddings " + rounded(health.embeddingRank())
                    + ", and " + config.watch().leastRank() + " are the least";
            RefusalException alarm = raise("collapse", what, batch, loss);
            if (config.watch().onCollapse() == HealthWatchPlan.OnCollapse.STOP) {
                throw alarm;
            }
            LOG.warn(alarm.getMessage());
        }
        return latest;
    }

    private static double rounded(double rank) {
        return Math.round(rank * 100) / 100.0;
    }

    /** The latest measurement, by name; empty before the first. */
    public Map<String, Double> scores() {
        return latest.map(Health::scores).orElse(Map.of());
    }

    /** Hears of a checkpoint that is in place; one that was saved in good health is worth keeping. */
    public void saved(Path checkpoint) {
        if (!collapse.lasts()) {
            lastGood = Optional.of(checkpoint);
        }
    }

    /**
     * Raises the alarm of numbers that are none, which ends the training.
     *
     * @param what a sentence's beginning
     * @param batch the last that was trained, open or not
     */
    public RefusalException notFinite(String what, Batch batch, double loss) {
        return raise("not-finite", what, batch, loss);
    }

    private RefusalException raise(String kind, String what, Batch batch, double loss) {
        meters.alarmed();
        RefusalException alarm = new RefusalException(what + " (the batch is entry " + batch.manifestOffset()
                + " of topic " + config.topics().batches() + "; "
                + lastGood.map(good -> "the last good checkpoint is " + good + ", and it is kept")
                        .orElse("no good checkpoint was saved yet")
                + "); delete the checkpoints after the last good one, if there are any, and " + CALMER);
        LOG.error(
                "alarm raised kind={} run={} step={} loss={} batchEntry={}",
                kind,
                config.runId(),
                batch.step(),
                loss,
                batch.manifestOffset());
        lastGood.ifPresent(this::keep);
        write(kind, batch.step(), note(kind, alarm, batch, loss));
        return alarm;
    }

    private void keep(Path good) {
        try {
            folder.keepForGood(good);
        } catch (RefusalException diskFull) {
            LOG.warn("the last good checkpoint is not kept for good reason=\"{}\"", diskFull.getMessage());
        }
    }

    /**
     * Raises the alarm of a class of held-out images that is forgotten. Training goes on: what it learns meanwhile may be
     * worth more.
     */
    void forgotten(AccuracyDrop fall) {
        meters.forgotten(fall.slice());
        String what = String.format(
                Locale.ROOT,
                "Class %s of the held-out images is being forgotten: its kNN accuracy fell from %.1f %% to %.1f %% by step"
                        + " %d (each the mean of three probes); a run with --memory minred or reservoir, a larger"
                        + " --memory-size or more --updates forgets less",
                fall.slice(),
                100 * fall.from(),
                100 * fall.to(),
                fall.step());
        LOG.warn(what);
        ObjectNode note = note("forgetting", fall.step());
        note.put("slice", fall.slice());
        note.put("from", fall.from());
        note.put("to", fall.to());
        note.put("what_to_do", what);
        write("forgetting-" + inAFileName(fall.slice()), fall.step(), note);
    }

    /** Classes are called anything that a folder may be; files of the run, what any file system can hold. */
    private static String inAFileName(String slice) {
        String plain = slice.replaceAll("[^A-Za-z0-9._-]", "_");
        return plain.equals(slice) && plain.length() <= MOST_CHARACTERS
                ? plain
                : plain.substring(0, Math.min(plain.length(), MOST_CHARACTERS))
                        + "-"
                        + Integer.toHexString(slice.hashCode());
    }

    private ObjectNode note(String kind, long step) {
        ObjectNode note = JSON.createObjectNode();
        note.put("kind", kind);
        note.put("at", clock.instant().toString());
        note.put("run", config.runId());
        note.put("step", step);
        return note;
    }

    private ObjectNode note(String kind, RefusalException alarm, Batch batch, double loss) {
        BatchManifest manifest = batch.manifest();
        ObjectNode note = note(kind, batch.step());
        note.put("loss", Double.toString(loss));
        latest.ifPresent(health -> health.scores().forEach(note.putObject("latest_health")::put));
        note.put("last_good_checkpoint", lastGood.map(Path::toString).orElse("none"));
        note.put("what_to_do", alarm.getMessage());
        ObjectNode entry = note.putObject("batch");
        entry.put("topic", config.topics().batches());
        entry.put("offset", batch.manifestOffset());
        entry.put("views_topic", config.topics().views());
        entry.put("recipe", manifest.getRecipe());
        entry.put("shuffle_seed", manifest.getShuffleSeed());
        entry.put("from", manifest.getFrom());
        entry.put("to", manifest.getTo());
        byte[] digest = new byte[manifest.getDigest().remaining()];
        manifest.getDigest().duplicate().get(digest);
        entry.put("digest", HexFormat.of().formatHex(digest));
        manifest.getRanges().forEach(range -> entry.withArray("ranges")
                .addObject()
                .put("partition", range.getPartition())
                .put("first_offset", range.getFirstOffset())
                .put("last_offset", range.getLastOffset())
                .put("records", range.getRecords()));
        return note;
    }

    private void write(String name, long step, ObjectNode note) {
        try {
            folder.note(String.format("alarm-%08d-%s.json", step, name), JSON.writeValueAsBytes(note));
        } catch (RefusalException diskFull) {
            LOG.warn("alarm not noted in the run's folder reason=\"{}\"", diskFull.getMessage());
        } catch (JsonProcessingException unwritable) {
            throw new IllegalStateException("A tree of plain values can be written", unwritable);
        }
    }
}
