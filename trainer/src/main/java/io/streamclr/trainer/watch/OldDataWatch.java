package io.streamclr.trainer.watch;

import io.streamclr.schemas.identity.Sha256;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.health.HeldOutProbe;
import io.streamclr.trainer.health.HeldOutProbe.Answer;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.watch.OldDataFile.Known;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches how much of old data a run forgets: the kNN accuracy of labelled images that are not trained on, and how far it
 * lies under that of the encoder before its first step. Works on a copy of the weights, as {@link HeldOutProbe} does, and
 * changes nothing that is learned. For one thread.
 */
public final class OldDataWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OldDataWatch.class);

    private final OldData data;
    private final Function<LabelledImages, HeldOutProbe> probes;
    private final TrainingMeters meters;
    private final TrainingListener listener;
    private Optional<Known> known;
    private String digest = "";
    /** Null before the first step: only views say how large the images must be. */
    private HeldOutProbe probe;

    /**
     * @param probes makes a probe of the network in training
     * @param known what a checkpoint says of the images
     */
    public OldDataWatch(
            OldData data,
            Function<LabelledImages, HeldOutProbe> probes,
            TrainingMeters meters,
            TrainingListener listener,
            Optional<Known> known) {
        this.data = data;
        this.probes = probes;
        this.meters = meters;
        this.listener = listener;
        this.known = known;
    }

    /**
     * Before a batch is trained. The first time it reads the images, and where nothing is known of them it measures the
     * weights as they are, so that every checkpoint has what to compare with.
     *
     * @param trainedTo the step before the batch's
     */
    public void before(Batch batch, long trainedTo) {
        if (!data.isWatched() || probe != null) {
            return;
        }
        LabelledImages images = data.images().apply(batch.height());
        digest = digest(images);
        known.filter(other -> !other.digest().equals(digest)).ifPresent(other -> {
            LOG.warn(
                    "The images of --old-data are not those that were watched up to step {}, so what is forgotten is"
                            + " counted from step {} on",
                    other.lastStep(),
                    trainedTo);
            known = Optional.empty();
        });
        probe = probes.apply(images);
        if (known.isEmpty()) {
            probe.begin(trainedTo);
            while (probe.atWork()) {
                probe.advance().ifPresent(this::report);
            }
        }
    }

    /** After a step: goes on probing, and begins if it is time to; reports the answer where there is one. */
    public void look(Batch batch) {
        if (probe == null) {
            return;
        }
        if (data.isDue(batch.step()) && !probe.atWork()) {
            probe.begin(batch.step());
        }
        probe.advance().ifPresent(this::report);
    }

    private void report(Answer answer) {
        Known before = known.orElseGet(
                () -> new Known(digest, answer.step(), answer.accuracy(), answer.step(), answer.accuracy()));
        known = Optional.of(new Known(digest, before.firstStep(), before.first(), answer.step(), answer.accuracy()));
        Map<String, Double> gauges = new LinkedHashMap<>();
        gauges.put("old_data_knn", answer.accuracy());
        gauges.put("old_data_forgotten", before.first() - answer.accuracy());
        meters.measured(gauges);
        listener.measured(answer.step(), gauges);
    }

    /** What a checkpoint is to keep, also of images that are not watched now. */
    public Optional<Known> known() {
        return known;
    }

    /** The last accuracy, by name, and that of the encoder that the run began with; none where nothing is watched. */
    public Map<String, Double> scores() {
        return known.filter(any -> data.isWatched())
                .map(each -> Map.of("old_data_knn", each.last(), "old_data_knn_at_start", each.first()))
                .orElse(Map.of());
    }

    private static String digest(LabelledImages images) {
        MessageDigest digest = Sha256.begin();
        digest.update(images.pixels(0, images.count()));
        int[] labels = images.labels();
        ByteBuffer classes = ByteBuffer.allocate(Integer.BYTES * labels.length);
        classes.asIntBuffer().put(labels);
        digest.update(classes);
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() {
        if (probe != null) {
            probe.close();
        }
    }
}
