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
        if (heldOut.isDue(batch.step())) {
            if (probe == null) {
                probe = probes.apply(heldOut.images().apply(batch.height()));
            }
            if (!probe.atWork()) {
                probe.begin(batch.step());
            }
        }
        if (probe != null) {
            probe.advance().ifPresent(this::tell);
        }
    }

    private void tell(Answer answer) {
        meters.sliced(answer.slices());
        forgetting.hear(answer).forEach(watch::forgotten);
        Map<String, Double> gauges =
                Map.of("held_out_knn", answer.accuracy(), "held_out_forgotten", forgetting.largest());
        meters.measured(gauges);
        listener.measured(answer.step(), gauges);
        listener.probed(answer);
    }

    @Override
    public void close() {
        if (probe != null) {
            probe.close();
        }
    }
}
