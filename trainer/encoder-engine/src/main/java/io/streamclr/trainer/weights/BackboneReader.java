package io.streamclr.trainer.weights;

import io.streamclr.trainer.form.Word;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.ConvNext;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds out by the shapes of tensors which backbone they are of. */
final class BackboneReader {

    /** By residual blocks of each stage: the depth with blocks of two layers, and with bottlenecks; 0 where it has no name. */
    private static final Map<List<Integer>, int[]> DEPTHS = Map.of(
            List.of(1, 1, 1, 1), new int[] {10, 0},
            List.of(2, 2, 2, 2), new int[] {18, 0},
            List.of(3, 4, 6, 3), new int[] {34, 50},
            List.of(3, 4, 23, 3), new int[] {0, 101},
            List.of(3, 8, 36, 3), new int[] {0, 152});

    private static final int CHANNELS_AT_WIDTH_1 = 64;

    private BackboneReader() {}

    /**
     * The backbone; a ResNet whose stem or stages nobody knows has the stem small and one stage.
     *
     * @throws IllegalArgumentException if there is none of such shapes, with the reason
     */
    static Backbone read(Naming naming, NamedTensors tensors) {
        if (naming instanceof ResnetNames) {
            return resnet(tensors);
        }
        return naming instanceof VitNames ? vit(tensors) : convnext(tensors);
    }

    private static ResNet resnet(NamedTensors tensors) {
        List<Integer> blocks = IntStream.rangeClosed(1, ResNet.STAGES)
                .mapToObj(stage -> tensors.count("layer" + stage + ".", ".conv1.weight"))
                .toList();
        boolean bottleneck = tensors.has("layer1.0.conv3.weight");
        int depth = DEPTHS.getOrDefault(blocks, new int[2])[bottleneck ? 1 : 0];
        if (depth == 0) {
            throw new IllegalArgumentException("its stages have " + blocks + " residual blocks "
                    + (bottleneck ? "with bottlenecks" : "of two layers")
                    + ", which is no ResNet-10, 18, 34, 50, 101 or 152");
        }
        long channels = tensors.firstConvolution("conv1.weight")[0];
        double width = (double) channels / CHANNELS_AT_WIDTH_1;
        long[] inner = tensors.shape("layer1.0.conv1.weight");
        boolean wide = bottleneck && inner.length == 4 && inner[0] == 2 * channels;
        int stages = Optional.ofNullable(tensors.facts().get("stages"))
                .map(Integer::valueOf)
                .orElse(1);
        int late = lateWidth(inner, tensors.shape("layer3.0.conv1.weight"));
        return new ResNet(depth, width, wide ? 2 : 1, late, stem(tensors).orElse(Stem.SMALL), stages, false);
    }

    /** By how much the third stage is wider than four times the first; 1 where that is no whole number. */
    private static int lateWidth(long[] first, long[] third) {
        if (first.length != 4 || third.length != 4 || first[0] < 1 || third[0] > Integer.MAX_VALUE) {
            return 1; // held against the network's own shapes later
        }
        double times = third[0] / (4.0 * first[0]);
        return times > 1 && times == Math.rint(times) ? (int) times : 1;
    }

    /** A ResNet's; empty where its first convolution fits two. */
    static Optional<Stem> stem(NamedTensors tensors) {
        String word = tensors.facts().get("stem");
        if (word != null) {
            return Optional.of(Word.of(Stem.class, word));
        }
        long side = tensors.firstConvolution("conv1.weight")[2];
        if (side == 7) {
            return Optional.of(Stem.IMAGENET);
        }
        if (side == 3) {
            return Optional.empty();
        }
        throw new IllegalArgumentException(
                "its first convolution is of " + side + "x" + side + " pixels, and 7x7 and 3x3 are known");
    }

    /** A ViT's number of heads is in no shape: it is taken to be one for each 64 dimensions, as of all usual sizes. */
    private static VisionTransformer vit(NamedTensors tensors) {
        long[] first = tensors.firstConvolution("conv_proj.weight");
        long[] positions = tensors.shape("encoder.pos_embedding");
        if (positions.length != 3 || positions[0] != 1 || positions[1] < 2 || positions[1] > 1 << 16) {
            throw new IllegalArgumentException("its positions have the shape " + Arrays.toString(positions)
                    + ", and one for a class token and each patch is needed");
        }
        if (first[2] < 1 || first[2] > 1 << 16) {
            throw new IllegalArgumentException(
                    "its patches have a side of " + first[2] + " pixels, which no image here has");
        }
        int across = (int) Math.round(Math.sqrt(positions[1] - 1));
        if ((long) across * across != positions[1] - 1) {
            throw new IllegalArgumentException(
                    "its positions are " + positions[1] + ", which are no class token and a square of patches");
        }
        return new VisionTransformer(
                tensors.count("encoder.layers.encoder_layer_", ".self_attention.in_proj_weight"),
                Math.toIntExact(first[0]),
                Math.toIntExact(first[2]),
                Math.multiplyExact(across, Math.toIntExact(first[2])),
                Boolean.parseBoolean(tensors.facts().get("frozen_patch")));
    }

    private static ConvNext convnext(NamedTensors tensors) {
        long[] first = tensors.firstConvolution("features.0.0.weight");
        List<Integer> blocks = IntStream.range(0, 4)
                .mapToObj(stage -> tensors.count("features." + (2 * stage + 1) + ".", ".block.0.weight"))
                .toList();
        Stem stem = Arrays.stream(Stem.values())
                .filter(each -> new ConvNext(blocks, 8, each).patch() == first[2])
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it begins with patches of " + first[2] + "x" + first[2]
                        + " pixels, and of 4, 2 and 1 are known"));
        return new ConvNext(blocks, Math.toIntExact(first[0]), stem);
    }
}
