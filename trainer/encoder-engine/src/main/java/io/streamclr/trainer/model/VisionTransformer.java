package io.streamclr.trainer.model;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Convolution;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Vision Transformer (Dosovitskiy et al. 2020, arXiv:2010.11929) in torchvision's form: a class token, learned positions,
 * normalisation before each part of a block. Tiny and small are those of Touvron et al. 2020 (arXiv:2012.12877). Heads of
 * attention have 64 dimensions, and the inner layers of blocks are four times as wide as it. There is no dropout.
 *
 * @param layers blocks, 1 to 64
 * @param width of a token, a multiple of 64 up to 2048: 192, 384 and 768 of the tiny, small and base one
 * @param patch side of a patch, in pixels
 * @param side of the images, in pixels; a multiple of {@code patch}
 * @param frozenPatch whether the projection of patches stays as it was at the beginning, which Chen, Xie and He 2021
 *     (MoCo v3, arXiv:2104.02057, section 4) found to keep training stable
 */
public record VisionTransformer(int layers, int width, int patch, int side, boolean frozenPatch) implements Backbone {

    private static final Pattern STAGE = Pattern.compile("encoder\\.layers\\.encoder_layer_(\\d+)\\..*");

    /** Patches each way for images of usual size, and for small ones. */
    private static final int PATCH = 16;

    private static final int SMALL_PATCH = 4;
    private static final int SMALL_SIDE = 64;
    private static final int HEAD = 64;
    private static final int MOST_LAYERS = 64;
    private static final int MOST_WIDTH = 2048;
    private static final int MOST_SIDE = 1024;
    private static final int MOST_TOKENS = 4096;

    private static final String OF_ANY_SIZE = "vit-%dx%d";
    private static final Pattern NAME = Pattern.compile("vit-(\\d{1,4})x(\\d{1,5})");
    private static final Map<String, String> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put("vit-tiny", "vit-12x192");
        KNOWN.put("vit-small", "vit-12x384");
        KNOWN.put("vit-base", "vit-12x768");
    }

    public VisionTransformer {
        if (layers < 1 || layers > MOST_LAYERS || width < HEAD || width > MOST_WIDTH || width % HEAD != 0) {
            throw new IllegalArgumentException("A ViT of " + layers + " layers of width " + width
                    + " is not known; it has 1 to " + MOST_LAYERS + " layers, and a width that is a multiple of " + HEAD
                    + " up to " + MOST_WIDTH);
        }
        if (patch < 1 || side < patch || side > MOST_SIDE || side % patch != 0) {
            throw new IllegalArgumentException("Images of " + side + " pixels cannot be cut into patches of " + patch
                    + "; give --patch a divisor of the size of the views, and views of " + MOST_SIDE
                    + " pixels at most");
        }
        if ((side / patch) * (side / patch) > MOST_TOKENS) {
            throw new IllegalArgumentException("Images of " + side + " pixels in patches of " + patch + " are "
                    + (side / patch) * (side / patch) + " patches, and " + MOST_TOKENS
                    + " are the most; give a larger --patch");
        }
    }

    static List<String> names() {
        return List.copyOf(KNOWN.keySet());
    }

    /** Whether a backbone of this name is one. */
    public static boolean isName(String name) {
        return name.startsWith("vit-");
    }

    /** The side of a patch that suits images of this side, in pixels. */
    public static int usualPatch(int side) {
        return side <= SMALL_SIDE ? SMALL_PATCH : PATCH;
    }

    /**
     * The one of this name: one of {@link Backbone#names}, or {@code vit-LAYERSxWIDTH}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static VisionTransformer named(String name, int patch, int side, boolean frozenPatch) {
        Matcher parts = NAME.matcher(KNOWN.getOrDefault(name, name));
        if (!parts.matches()) {
            throw new IllegalArgumentException("There is no ViT '" + name.replaceAll("\\p{Cntrl}", "?")
                    + "'; there are " + String.join(", ", names()) + ", and vit-LAYERSxWIDTH");
        }
        return new VisionTransformer(
                Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), patch, side, frozenPatch);
    }

    static VisionTransformer described(String name, Function<String, Optional<String>> facts) {
        return named(
                name,
                Integer.parseInt(facts.apply("patch").orElse("")),
                Integer.parseInt(facts.apply("image").orElse("")),
                Boolean.parseBoolean(facts.apply("frozen_patch").orElse("false")));
    }

    @Override
    public String name() {
        String name = String.format(OF_ANY_SIZE, layers, width);
        return KNOWN.entrySet().stream()
                .filter(known -> known.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(name);
    }

    @Override
    public String title() {
        return "ViT of " + layers + " layers of width " + width + ", patches of " + patch + " pixels"
                + (frozenPatch ? " whose projection is frozen" : "");
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("layers", layers);
        facts.put("width", width);
        facts.put("heads", heads());
        facts.put("patch", patch);
        facts.put("image", side);
        facts.put("frozen_patch", frozenPatch);
        return facts;
    }

    /** Of attention in each block. */
    public int heads() {
        return width / HEAD;
    }

    /** The class token, and one for each patch. */
    public int tokens() {
        return 1 + (side / patch) * (side / patch);
    }

    /** The class token's dimensions. */
    @Override
    public int features() {
        return width;
    }

    @Override
    public void writeFeatures(ForwardText text) {
        new VisionTransformerText(this, text).features();
    }

    @Override
    public void writeMaps(ForwardText text, int cells) {
        throw new RefusalException("A ViT has no stages, so there are no maps of them to measure; leave out --maps");
    }

    @Override
    public OptionalInt stage(String tensor) {
        Matcher stage = STAGE.matcher(tensor);
        return stage.matches() ? OptionalInt.of(Integer.parseInt(stage.group(1))) : OptionalInt.empty();
    }

    /** The projection of patches; all else are products of matrices, which no convolution computes. */
    @Override
    public List<Convolution> convolutions(int type, int height, int width, int images) {
        return patches(type, height, width, images).all();
    }

    private ConvolutionWalk patches(int type, int height, int width, int images) {
        return ConvolutionWalk.of(images, type, height, width).patches(3, this.width, patch);
    }

    @Override
    public MultiplyAdds multiplyAdds(int height, int width) {
        MultiplyAdds projection =
                patches(Precision.FLOAT32.torchType(), height, width, 1).multiplyAdds();
        if (frozenPatch) {
            projection = projection.withoutBackward(projection.backward());
        }
        // Queries, keys and values, the sum of heads, and the inner layer, which is four times as wide, there and back.
        long row = (3 + 1 + 2 * 4) * (long) this.width * this.width;
        // Each token with each other one, for weights of attention and for the sums by them.
        long attention = 2L * tokens() * tokens() * this.width;
        return projection.and(layers * (tokens() * row + attention));
    }

    @Override
    public long keptBytes(Kept numbers, int height, int width) {
        long row = (long) tokens() * this.width;
        long weights = (long) heads() * tokens() * tokens();
        int low = numbers.low();
        // What both normalisations take in, and give; queries, keys and values; their sum; the inner layer before and
        // after.
        long block = 2 * row * Kept.FULL + (2 + 3 + 1 + 2 * 4) * row * low;
        // Weights of attention are found in 32 bits and multiplied in the precision of the plan.
        block += weights * (low == Kept.FULL ? low : Kept.FULL + low);
        block += 2L * tokens() * Kept.MOMENTS;
        // The last normalisation looks at the class token, which keeps all tokens.
        return numbers.pixels(height, width) + layers * block + row * Kept.FULL + Kept.MOMENTS;
    }

    @Override
    public boolean narrow() {
        return false;
    }

    @Override
    public void require(int height, int width) {
        if (height != side || width != side) {
            throw new RefusalException("Images of " + width + "x" + height
                    + " pixels cannot be shown to this ViT, whose" + " positions are for " + side + "x" + side
                    + "; give images of that size, or train one for these");
        }
    }
}
