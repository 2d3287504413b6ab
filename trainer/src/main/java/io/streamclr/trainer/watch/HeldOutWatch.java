package io.streamclr.trainer.watch;

import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.health.Forgetting;
import io.streamclr.trainer.health.HeldOutProbe;
import io.streamclr.trainer.health.HeldOutProbe.Answer;
import io.streamclr.trainer.probe.LabelledImages;
import java.util.Map;
import java.util.function.Function;

/** Probes the encoder of a run on held-out images while it learns, and reports what was found and what is forgotten. */
public final class HeldOutWatch implements AutoCloseable {

    private final HeldOut heldOut;
    private final Function<LabelledImages, HeldOutProbe> probes;
    private final TrainingMeters meters;
    private final TrainingListener listener;
    private final HealthWatch watch;
    private final Forgetting forgetting;
    /** Null before the first probe: only views say how large the images must be. */
    private HeldOutProbe probe;
    /** Null before anything is read of the stream. */
    private SampleReading reading;

    /**
     * @param probes makes a probe of the network in training
     * @param watch raises the alarm
     * @param forgetting what is known of the classes so far
     */
    public HeldOutWatch(
            HeldOut heldOut,
            Function<LabelledImages, HeldOutProbe> probes,
            TrainingMeters meters,
            TrainingListener listener,
            HealthWatch watch,
            Forgetting forgetting) {
        this.heldOut = heldOut;
        this.probes = probes;
        this.meters = meters;
        this.listener = listener;
        this.watch = watch;
        this.forgetting = forgetting;
    }

    /** Goes on probing after a step, and begins if it is time to; reports the answer where there is one. */
    public void look(Batch batch) {
        boolean due = heldOut.isDue(batch.step());
        boolean first = false;
        if (probe == null && heldOut.areOfTheStream()) {
            first = readSample(batch.height(), due);
        } else if (probe == null && (due || heldOut.kind() == HeldOut.Kind.AT_HAND)) {
            first = true;
            probe = probes.apply(heldOut.images().apply(batch.height()));
        }
        if (probe != null && (due || first) && !probe.atWork()) {
            probe.begin(batch.step());
        }
        if (probe != null) {
            probe.advance().ifPresent(this::tell);
        }
    }

    /**
     * Begins to read, at the first step and again whenever a probe is due and there were no labelled images before.
     *
     * @return whether the sample has come
     */
    private boolean readSample(int side, boolean due) {
        if (reading == null || (due && reading.hasFailed())) {
            reading = SampleReading.begin(heldOut.images(), side);
        }
        reading.images().ifPresent(sample -> probe = probes.apply(sample));
        return probe != null;
    }

    private void tell(Answer answer) {
        if (heldOut.areOfTheStream()) {
            report(answer, Map.of("sample_knn", answer.accuracy()));
            return;
        }
        meters.sliced(answer.slices());
        forgetting.hear(answer).forEach(watch::forgotten);
        report(answer, Map.of("held_out_knn", answer.accuracy(), "held_out_forgotten", forgetting.largest()));
        listener.probed(answer);
    }

    private void report(Answer answer, Map<String, Double> gauges) {
        meters.measured(gauges);
        listener.measured(answer.step(), gauges);
    }

    @Override
    public void close() {
        if (reading != null) {
            reading.close();
        }
        if (probe != null) {
            probe.close();
        }
    }
}
