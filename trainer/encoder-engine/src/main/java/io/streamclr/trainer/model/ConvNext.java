package io.streamclr.trainer.model;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.form.Word;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Convolution;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A ConvNeXt (Liu et al. 2022, arXiv:2201.03545) in torchvision's form, with a scale of each block's outputs that starts
 * with 1e-6, and without stochastic depth, which no form of it here has. Atto to nano have the widths and blocks of timm.
 *
 * @param blocks of each of the four stages, 1 to 64
 * @param width channels of the first stage, 8 to 512; each stage doubles them
 * @param stem how it begins: with patches of 4 pixels as published ({@link Stem#IMAGENET}), of 2 ({@link Stem#SMALL2}), or
 *     with each pixel by itself ({@link Stem#SMALL})
 */
public record ConvNext(List<Integer> blocks, int width, Stem stem) implements Backbone {

    private static final Pattern STAGE = Pattern.compile("features\\.(\\d+)\\..*");

    /** Groups of blocks, each at half the side of the one before. */
    static final int STAGES = 4;

    private static final int MOST_BLOCKS = 64;
    private static final int LEAST_WIDTH = 8;
    private static final int MOST_WIDTH = 512;

    private static final Pattern NAME =
            Pattern.compile("convnext-(\\d{1,3})x(\\d{1,3})x(\\d{1,3})x(\\d{1,3})-(\\d{1,4})");
    private static final Map<String, String> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put("convnext-atto", "convnext-2x2x6x2-40");
        KNOWN.put("convnext-femto", "convnext-2x2x6x2-48");
        KNOWN.put("convnext-pico", "convnext-2x2x6x2-64");
        KNOWN.put("convnext-nano", "convnext-2x2x8x2-80");
        KNOWN.put("convnext-tiny", "convnext-3x3x9x3-96");
    }

    public ConvNext {
        blocks = List.copyOf(blocks);
        if (blocks.size() != STAGES
                || blocks.stream().anyMatch(each -> each < 1 || each > MOST_BLOCKS)
                || width < LEAST_WIDTH
                || width > MOST_WIDTH) {
            throw new IllegalArgumentException("A ConvNeXt of " + blocks + " blocks and width " + width
                    + " is not known; it has four stages of 1 to " + MOST_BLOCKS + " blocks, and a width of "
                    + LEAST_WIDTH + " to " + MOST_WIDTH);
        }
    }

    static List<String> names() {
        return List.copyOf(KNOWN.keySet());
    }

    /** Whether a backbone of this name is one. */
    public static boolean isName(String name) {
        return name.startsWith("convnext-");
    }

    /**
     * The one of this name: one of {@link Backbone#names}, or {@code convnext-AxBxCxD-WIDTH} by the blocks of its stages.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ConvNext named(String name, Stem stem) {
        Matcher parts = NAME.matcher(KNOWN.getOrDefault(name, name));
        if (!parts.matches()) {
            throw new IllegalArgumentException("There is no ConvNeXt '" + name.replaceAll("\\p{Cntrl}", "?")
                    + "'; there are " + String.join(", ", names()) + ", and convnext-AxBxCxD-WIDTH");
        }
        List<Integer> blocks = IntStream.rangeClosed(1, STAGES)
                .mapToObj(stage -> Integer.valueOf(parts.group(stage)))
                .toList();
        return new ConvNext(blocks, Integer.parseInt(parts.group(STAGES + 1)), stem);
    }

    static ConvNext described(String name, Function<String, Optional<String>> facts) {
        return named(name, Word.of(Stem.class, facts.apply("stem").orElse("")));
    }

    @Override
    public String name() {
        String name = "convnext-" + blocks.stream().map(String::valueOf).collect(Collectors.joining("x")) + "-" + width;
        return KNOWN.entrySet().stream()
                .filter(known -> known.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(name);
    }

    @Override
    public String title() {
        return "ConvNeXt of " + blocks.stream().map(String::valueOf).collect(Collectors.joining("+"))
                + " blocks of width " + width;
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("blocks", blocks.stream().map(String::valueOf).collect(Collectors.joining("x")));
        facts.put("width", width);
        facts.put("stem", stem.word());
        facts.put("patch", patch());
        return facts;
    }

    /** Side of the patches that it begins with, in pixels. */
    public int patch() {
        return stem == Stem.IMAGENET ? 4 : stem.stride();
    }

    /** Of the map of a stage, counted from 0. */
    public int channels(int stage) {
        return width << stage;
    }

    @Override
    public int features() {
        return channels(STAGES - 1);
    }

    @Override
    public void writeFeatures(ForwardText text) {
        new ConvNextText(this, text).features();
    }

    @Override
    public void writeMaps(ForwardText text, int cells) {
        new ConvNextText(this, text).maps(cells);
    }

    @Override
    public OptionalInt stage(String tensor) {
        Matcher stage = STAGE.matcher(tensor);
        int part = stage.matches() ? Integer.parseInt(stage.group(1)) : 0;
        // Torchvision numbers what it begins with 0, and then each halving and each stage by turns.
        return part > 0 ? OptionalInt.of(part / 2 + 1) : OptionalInt.empty();
    }

    @Override
    public List<Convolution> convolutions(int type, int height, int width, int images) {
        return walk(type, height, width, images, (map, stage) -> {}).all();
    }

    @Override
    public MultiplyAdds multiplyAdds(int height, int width) {
        long[] linear = {0};
        MultiplyAdds convolutions = walk(
                        Precision.FLOAT32.torchType(),
                        height,
                        width,
                        1,
                        (map, stage) -> linear[0] += blocks.get(stage) * linear(stage) * map.height() * map.width())
                .multiplyAdds();
        return convolutions.and(linear[0]);
    }

    /** Of a place of a block: to the inner layer, which is four times as wide, and back. */
    private long linear(int stage) {
        return 2L * channels(stage) * 4 * channels(stage);
    }

    /** @param after each stage, by its number from 0 on, and its map */
    private ConvolutionWalk walk(int type, int height, int width, int images, ObjIntConsumer<ConvolutionWalk> after) {
        ConvolutionWalk map = ConvolutionWalk.of(images, type, height, width).patches(3, this.width, patch());
        for (int stage = 0; stage < STAGES; stage++) {
            if (stage > 0) {
                map = map.patches(channels(stage - 1), channels(stage), 2);
            }
            for (int block = 0; block < blocks.get(stage); block++) {
                map = map.depthwise(channels(stage), ConvNextText.KERNEL);
            }
            after.accept(map, stage);
        }
        return map;
    }

    @Override
    public long keptBytes(Kept numbers, int height, int width) {
        int low = numbers.low();
        long high = height / patch();
        long wide = width / patch();
        long kept = numbers.pixels(height, width) + (this.width * Kept.FULL + Kept.MOMENTS) * high * wide;
        for (int stage = 0; stage < STAGES; stage++) {
            if (stage > 0) {
                // A normalisation and patches side by side.
                kept += (channels(stage - 1) * (Kept.FULL + low) + Kept.MOMENTS) * high * wide;
                high /= 2;
                wide /= 2;
            }
            // What the convolution, both linear layers and the scale take in, and the inner layer before and after
            // GELU.
            long place = channels(stage) * (long) (Kept.FULL + (1 + 1 + 2 * 4 + 1) * low) + Kept.MOMENTS;
            kept += blocks.get(stage) * place * high * wide;
        }
        return kept;
    }

    @Override
    public boolean narrow() {
        return width < ResNet.NARROW;
    }

    @Override
    public void require(int height, int width) {
        int least = patch() << (STAGES - 1);
        if (height < least || width < least) {
            throw new RefusalException("Images of " + width + "x" + height + " pixels are too small for a ConvNeXt with"
                    + " the stem " + stem + ", which takes " + least + " pixels and more each way; give larger ones, or"
                    + " another --stem (small takes 8 and more)");
        }
    }
}
