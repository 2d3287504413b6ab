package io.streamclr.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.ConvNext;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.optimiser.TensorGroup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    void eachBlockOfAViTIsAStage() {
        Architecture vit = of(new VisionTransformer(3, 64, 4, 8, false));

        List<TensorGroup> groups = new BackbonePlan(7, 0.5).groups(vit);

        assertThat(factors(vit, groups))
                .containsEntry("conv_proj.weight", 1 / 16.0)
                .containsEntry("class_token", 1 / 16.0)
                .containsEntry("encoder.pos_embedding", 1 / 16.0)
                .containsEntry("encoder.layers.encoder_layer_0.ln_1.weight", 1 / 8.0)
                .containsEntry("encoder.layers.encoder_layer_0.mlp.3.bias", 1 / 8.0)
                .containsEntry("encoder.layers.encoder_layer_1.ln_1.weight", 1 / 4.0)
                .containsEntry("encoder.layers.encoder_layer_2.mlp.3.bias", 1 / 2.0)
                .containsEntry("encoder.ln.weight", 1 / 2.0)
                .containsEntry("head.0.linear.weight", 1.0);
        assertThat(groups).extracting(TensorGroup::heldSteps).containsExactly(7L, 7L, 7L, 7L, 0L);
    }

    @Test
    void theStemOfAViTIsAStageAlsoIfItsPatchesAreFrozen() {
        Architecture vit = of(new VisionTransformer(1, 64, 4, 8, true));

        assertThat(factors(vit, new BackbonePlan(0, 0.5).groups(vit)))
                .doesNotContainKey("conv_proj.weight")
                .containsEntry("class_token", 1 / 4.0)
                .containsEntry("encoder.layers.encoder_layer_0.ln_1.weight", 1 / 2.0);
    }

    @Test
    void whatHalvesTheMapOfAConvNextMovesAsTheStageThatFollows() {
        Architecture convnext = of(new ConvNext(List.of(1, 2, 1, 1), 8, Stem.SMALL2));

        List<TensorGroup> groups = new BackbonePlan(0, 0.5).groups(convnext);

        assertThat(factors(convnext, groups))
                .containsEntry("features.0.0.weight", 1 / 32.0)
                .containsEntry("features.0.1.bias", 1 / 32.0)
                .containsEntry("features.1.0.block.0.weight", 1 / 16.0)
                .containsEntry("features.2.0.weight", 1 / 8.0)
                .containsEntry("features.2.1.weight", 1 / 8.0)
                .containsEntry("features.3.1.layer_scale", 1 / 8.0)
                .containsEntry("features.5.0.block.0.weight", 1 / 4.0)
                .containsEntry("features.6.1.weight", 1 / 2.0)
                .containsEntry("features.7.0.block.5.bias", 1 / 2.0)
                .containsEntry("classifier.0.weight", 1 / 2.0)
                .containsEntry("head.0.linear.weight", 1.0);
        assertThat(groups).hasSize(6);
    }

    private static Architecture of(Backbone backbone) {
        return Architecture.of(new NetworkPlan(
                backbone, HeadPlan.REFERENCE, NetworkPlan.Norm.GROUP, Normalisation.NONE, Precision.FLOAT32));
    }

    /** By which each tensor's learning rate is multiplied, by its name. */
    private static Map<String, Double> factors(Architecture architecture, List<TensorGroup> groups) {
        List<Slot> trained = architecture.slots().stream().filter(Slot::trained).toList();
        Map<String, Double> factors = new HashMap<>();
        groups.forEach(group ->
                trained.subList(group.from(), group.to()).forEach(slot -> factors.put(slot.name(), group.factor())));
        return factors;
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
