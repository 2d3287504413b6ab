package io.streamclr.trainer.command;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.ConvNext;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The options that say which backbone a network has, as somebody gave them.
 *
 * @param name of the backbone
 * @param depth of a ResNet, as {@code width}, {@code lateWidth}, {@code stages} and {@code zeroGamma}
 * @param stem of a ResNet or a ConvNeXt
 * @param patch of a ViT, in pixels
 * @param freezePatch whether a ViT's projection of patches is never trained
 */
public record BackboneChoice(
        Optional<String> name,
        Optional<Integer> depth,
        Optional<Double> width,
        Optional<Integer> lateWidth,
        Optional<Stem> stem,
        Optional<Integer> stages,
        Optional<Boolean> zeroGamma,
        Optional<Integer> patch,
        Optional<Boolean> freezePatch) {

    /** Patches each way of a ViT whose images nobody has seen yet, which is never trained. */
    private static final int ACROSS = 2;

    /** For whom a preset or a benchmark has no stem of its own. */
    private static final Stem STEM = Stem.SMALL2;

    /**
     * The backbone. A name is that of a network as published, of full width with the features of its last stage, unless
     * other options say more; without a name, all that no option says is as usual, but that a depth is that of a network
     * whose last stages are not wider than usual.
     *
     * @param usual of a preset, a run that goes on, or weights
     * @param weights whether it is of weights, which know all of it
     * @param side of the images, in pixels; empty while nobody knows
     * @throws RefusalException if options contradict each other
     * @throws IllegalArgumentException if there is no such backbone
     */
    public Backbone of(Backbone usual, boolean weights, OptionalInt side) {
        String asked =
                name.orElseGet(() -> depth.isPresent() && usual instanceof ResNet resnet && resnet.bottleneck() == 1
                        ? "resnet" + depth.get()
                        : usual.name());
        if (VisionTransformer.isName(asked)) {
            refuse("A ViT", "--depth", depth, "--width", width, "--stem", stem, "--stages", stages);
            refuse("A ViT", "--zero-gamma", zeroGamma, "--late-width", lateWidth);
            return vit(asked, usual, side);
        }
        if (ConvNext.isName(asked)) {
            refuse("A ConvNeXt", "--depth", depth, "--width", width, "--stages", stages, "--zero-gamma", zeroGamma);
            refuse("A ConvNeXt", "--late-width", lateWidth, "--patch", patch, "--freeze-patch", freezePatch);
            return ConvNext.named(asked, stem(usual));
        }
        refuse("A ResNet", "--patch", patch, "--freeze-patch", freezePatch);
        return resnet(asked, usual, weights);
    }

    private VisionTransformer vit(String asked, Backbone usual, OptionalInt side) {
        if (usual instanceof VisionTransformer same && (name.isEmpty() || sameName(asked, same, same.patch()))) {
            return VisionTransformer.named(
                    asked, patch.orElse(same.patch()), same.side(), freezePatch.orElse(same.frozenPatch()));
        }
        int pixels = side.orElseGet(() -> usual instanceof VisionTransformer other
                ? other.side()
                : ACROSS * patch.orElse(VisionTransformer.usualPatch(Integer.MAX_VALUE)));
        return VisionTransformer.named(
                asked, patch.orElse(VisionTransformer.usualPatch(pixels)), pixels, freezePatch.orElse(false));
    }

    private static boolean sameName(String asked, VisionTransformer usual, int patch) {
        return VisionTransformer.named(asked, patch, patch, false).name().equals(usual.name());
    }

    private ResNet resnet(String asked, Backbone usual, boolean weights) {
        boolean gamma = zeroGamma.orElse(usual instanceof ResNet resnet && resnet.zeroGamma());
        ResNet named = ResNet.named(asked, stem(usual), gamma);
        if (depth.isPresent() && depth.get() != named.depth()) {
            throw RefusalException.ofUsage(
                    "--backbone " + asked + " contradicts --depth " + depth.get() + "; give one of the two");
        }
        ResNet other = usual instanceof ResNet same && (name.isEmpty() || weights) ? same : named;
        return new ResNet(
                named.depth(),
                width.orElse(other.width()),
                named.bottleneck(),
                lateWidth.orElse(depth.isPresent() && !weights ? 1 : other.lateWidth()),
                named.stem(),
                stages.orElse(other.stages()),
                gamma);
    }

    private Stem stem(Backbone usual) {
        return stem.orElseGet(() -> usual instanceof ResNet resnet
                ? resnet.stem()
                : usual instanceof ConvNext convnext ? convnext.stem() : STEM);
    }

    /** @param options names, each with its value */
    private static void refuse(String family, Object... options) {
        Map<String, Optional<?>> given = new LinkedHashMap<>();
        for (int i = 0; i < options.length; i += 2) {
            given.put((String) options[i], (Optional<?>) options[i + 1]);
        }
        given.forEach((option, value) -> {
            if (value.isPresent()) {
                throw RefusalException.ofUsage(
                        family + " has no use for " + option + "; leave it out, or give another --backbone");
            }
        });
    }

    /** Whether nothing of it is taken from the size of the views. */
    boolean saysWhatDependsOnTheSize() {
        return (depth.isPresent() || name.isPresent())
                && stem.isPresent()
                && name.filter(VisionTransformer::isName).isEmpty();
    }
}
