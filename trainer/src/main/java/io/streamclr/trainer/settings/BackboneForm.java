package io.streamclr.trainer.settings;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.form.Fields;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.ConvNext;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import java.io.IOException;

/**
 * The backbone of a run, as its journal has it. A ResNet has no name there, as every run had it before there were others; the
 * others have one.
 */
final class BackboneForm {

    private BackboneForm() {}

    /** The network's object, without head, pixels and precision. */
    static ObjectNode write(NetworkPlan network) {
        ObjectNode written = JsonNodeFactory.instance.objectNode();
        if (network.backbone() instanceof ResNet resnet) {
            written.put("depth", resnet.depth()).put("width", resnet.width());
            if (resnet.bottleneck() != 1) {
                written.put("bottleneck", resnet.bottleneck());
            }
            if (resnet.lateWidth() != 1) {
                written.put("late_width", resnet.lateWidth());
            }
            return written.put("stem", resnet.stem().word())
                    .put("stages", resnet.stages())
                    .put("norm", network.norm().word())
                    .put("zero_gamma", resnet.zeroGamma());
        }
        written.put("backbone", network.backbone().name());
        if (network.backbone() instanceof VisionTransformer vit) {
            written.put("patch", vit.patch()).put("image", vit.side()).put("frozen_patch", vit.frozenPatch());
        } else if (network.backbone() instanceof ConvNext convnext) {
            written.put("stem", convnext.stem().word());
        }
        return written.put("norm", network.norm().word());
    }

    static Backbone read(Fields network) throws IOException {
        if (!network.has("backbone")) {
            return new ResNet(
                    network.small("depth"),
                    network.number("width"),
                    network.has("bottleneck") ? network.small("bottleneck") : 1,
                    network.has("late_width") ? network.small("late_width") : 1,
                    network.word("stem", Stem.class),
                    network.small("stages"),
                    network.truth("zero_gamma"));
        }
        String name = network.text("backbone");
        try {
            return VisionTransformer.isName(name)
                    ? VisionTransformer.named(
                            name, network.small("patch"), network.small("image"), network.truth("frozen_patch"))
                    : ConvNext.named(name, network.word("stem", Stem.class));
        } catch (IllegalArgumentException unknown) {
            throw new IOException(unknown.getMessage(), unknown);
        }
    }
}
