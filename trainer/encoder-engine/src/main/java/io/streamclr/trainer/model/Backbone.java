package io.streamclr.trainer.model;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.torch.Convolution;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * An encoder on paper, to the last constant: one record for each family. It writes its own forward pass, which notes its
 * tensors, and knows what others must know of it before it computes anything.
 */
public sealed interface Backbone permits ResNet, VisionTransformer, ConvNext {

    /** What it is called, such as {@code resnet18}; with {@link #facts} all that it is. */
    String name();

    /** For a sentence, such as {@code ResNet-18 of width 16}. */
    String title();

    /** Dimensions F of the features h. */
    int features();

    /** What its name does not say, by the names that the description of an encoder has for it; numbers, truths and words. */
    Map<String, Object> facts();

    /** Writes the way from pixels {@code y}, (N, 3, H, W), to features {@code y}, (N, F), in 32 bits. */
    void writeFeatures(ForwardText text);

    /**
     * Writes the way from pixels {@code y}, (N, 3, H, W), to the maps of all stages {@code y}, (N, M), in 32 bits: each
     * averaged over a grid of cells, of as many cells as it has pixels where these are fewer.
     *
     * @param cells each way, 1 or more
     * @throws RefusalException if it has no stages
     */
    void writeMaps(ForwardText text, int cells);

    /**
     * All convolutions that differ, in the order of the forward pass.
     *
     * @param type PyTorch's number of the kind of numbers
     * @param images that go through together
     */
    List<Convolution> convolutions(int type, int height, int width, int images);

    /** What an image of this size takes, to the features. */
    MultiplyAdds multiplyAdds(int height, int width);

    /**
     * What its forward pass keeps of an image for the way back, in bytes. That, times the images that go through together, is
     * most of what training takes of a card's memory.
     *
     * @param numbers how the network is computed
     */
    long keptBytes(Kept numbers, int height, int width);

    /**
     * Which stage a tensor is of, for learning rates that fall from stage to stage: a ResNet's stages, a ViT's blocks, and
     * a ConvNeXt's stages, each with what halves the map before it.
     *
     * @param tensor its name
     * @return a number that grows from stage to stage; empty where it stands before the first or after the last
     */
    OptionalInt stage(String tensor);

    /** Whether it has convolutions of so few channels that a fault of a machine may write outside memory. */
    boolean narrow();

    /**
     * Holds images against what it takes.
     *
     * @throws RefusalException if it cannot be shown images of this size, in pixels
     */
    void require(int height, int width);

    /** The names that are known, without those that give numbers of layers. */
    static List<String> names() {
        return Stream.of(ResNet.names(), VisionTransformer.names(), ConvNext.names())
                .flatMap(List::stream)
                .toList();
    }

    /**
     * What a description says.
     *
     * @param facts by the names of {@link #facts}, as text; empty for what the description does not say
     * @throws IllegalArgumentException if it describes no backbone
     */
    static Backbone described(String name, Function<String, Optional<String>> facts) {
        if (VisionTransformer.isName(name)) {
            return VisionTransformer.described(name, facts);
        }
        return ConvNext.isName(name) ? ConvNext.described(name, facts) : ResNet.described(name, facts);
    }
}
