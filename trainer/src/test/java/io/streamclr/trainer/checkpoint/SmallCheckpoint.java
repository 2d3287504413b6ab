package io.streamclr.trainer.checkpoint;

import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import java.util.List;
import java.util.Map;

/** Checkpoints of a small network, as tests save them. */
final class SmallCheckpoint {

    static final Architecture ARCHITECTURE = Architecture.of(new NetworkPlan(
            18, 1.0 / 16, Stem.SMALL2, HeadPlan.REFERENCE, false, Normalisation.NONE, Precision.FLOAT32));
    static final Map<String, String> SETTINGS = Map.of("--batch", "256");
    static final Map<String, String> ROUNDING = Map.of("--threads", "2");

    private SmallCheckpoint() {}

    /** Saved after a step, from which its values follow. */
    static Checkpoint after(long step) {
        return after(step, ARCHITECTURE);
    }

    /** The same of another network. */
    static Checkpoint after(long step, Architecture architecture) {
        Map<String, float[]> values = architecture.initialValues(step);
        List<float[]> velocity = architecture.slots().stream()
                .filter(Slot::trained)
                .map(slot -> values.get(slot.name()).clone())
                .toList();
        return new Checkpoint(
                architecture,
                new Origin("run", step, 3, "00ff00ff00ff00ff", 28, 28),
                step * 256,
                SETTINGS,
                ROUNDING,
                LearningRate.constant(0.1, 10).coolingDown(step, 100, Decay.SQRT),
                new byte[] {1, 2, (byte) step},
                values,
                Map.of("velocity", velocity));
    }
}
