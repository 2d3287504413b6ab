package io.streamclr.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.TensorGroup;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackbonePlanTest {

    private static final Architecture RESNET = Architecture.of(new NetworkPlan(
            18, 1.0 / 16, Stem.SMALL2, HeadPlan.REFERENCE, false, Normalisation.NONE, Precision.FLOAT32));
    private static final List<Slot> TRAINED =
            RESNET.slots().stream().filter(Slot::trained).toList();

    @Test
    void eachStageHasAPartOfTheRateOfTheNextAndTheHeadIsNeverHeld() {
        List<TensorGroup> groups = new BackbonePlan(7, 0.5).groups(RESNET);

        assertThat(groups)
                .extracting(TensorGroup::factor)
                .containsExactly(1 / 32.0, 1 / 16.0, 1 / 8.0, 1 / 4.0, 1 / 2.0, 1.0);
        assertThat(groups).extracting(TensorGroup::heldSteps).containsExactly(7L, 7L, 7L, 7L, 7L, 0L);
        assertThat(groups)
                .extracting(group -> TRAINED.get(group.from()).name())
                .containsExactly(
                        "conv1.weight",
                        "layer1.0.conv1.weight",
                        "layer2.0.conv1.weight",
                        "layer3.0.conv1.weight",
                        "layer4.0.conv1.weight",
                        "head.0.linear.weight");
        assertThat(groups.get(5).to()).isEqualTo(TRAINED.size());
    }

    @Test
    void withoutAPlanAllMoveTogether() {
        assertThat(BackbonePlan.NONE.groups(RESNET)).containsExactly(new TensorGroup(0, TRAINED.size(), 1, 0));
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new BackbonePlan(-1, 1)).hasMessageContaining("give --freeze-steps 0 or more");
        for (double decay : new double[] {0, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> new BackbonePlan(0, decay)).hasMessageContaining("--layer-decay above 0");
        }
    }
}
