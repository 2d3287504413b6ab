package io.streamclr.trainer.model;

import io.streamclr.trainer.form.Word;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Convolution;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A ResNet (He et al. 2015, arXiv:1512.03385) in torchvision's form, with the stride of a bottleneck on its 3x3 convolution;
 * or a Wide ResNet (Zagoruyko and Komodakis 2016, arXiv:1605.07146) as torchvision has it.
 *
 * @param depth 10, 18, 34, 50, 101 or 152; of 10, which is not torchvision's, each stage has one block
 * @param width multiplies every width; 1 is torchvision's, 0.25 begins with 16 channels
 * @param bottleneck multiplies the inner width of bottlenecks alone: 1, or 2 for a Wide ResNet of 50 layers or more
 * @param lateWidth multiplies the widths of the last two stages once more: 1 is torchvision's, and up to 8; where maps
 *     are small, width costs least
 * @param stages how many of the four stages, counted from the last, the features are taken from: 1 is torchvision's, and
 *     with 2 to 4 the averages of the stages are concatenated, the earliest first
 * @param zeroGamma whether the last normalisation of each residual block starts with scale 0, so that blocks start as
 *     identities
 */
public record ResNet(int depth, double width, int bottleneck, int lateWidth, Stem stem, int stages, boolean zeroGamma)
        implements Backbone {

    /** A fact where it is not 1. */
    private static final String LATE_WIDTH = "late_width";

    private static final Pattern STAGE = Pattern.compile("layer(\\d+)\\..*");

    /** Groups of residual blocks, of which each halves the side and doubles the width of the one before. */
    public static final int STAGES = 4;

    /**
     * What goes wrong with fewer channels than this may be a write outside memory, which one process survives and the next
     * does not. So such networks are computed in no way in which this machine computes wrong numbers of another convolution.
     */
    static final int NARROW = 16;

    private static final Set<Integer> DEPTHS = Set.of(10, 18, 34, 50, 101, 152);
    private static final int WITH_BOTTLENECKS = 50;
    private static final int FIRST_LATE = 2;
    private static final int MOST_LATE = 8;
    private static final Pattern NAME = Pattern.compile("(wide-)?resnet(\\d{1,4})");

    public ResNet {
        if (!DEPTHS.contains(depth)) {
            throw new IllegalArgumentException(
                    "A ResNet of depth " + depth + " is not known; known are 10, 18, 34, 50, 101, 152");
        }
        if (!(width >= 1.0 / 16 && width <= 8)) {
            throw new IllegalArgumentException("The width multiplier is " + width + ", allowed are 0.0625 to 8");
        }
        if (lateWidth < 1 || lateWidth > MOST_LATE) {
            throw new IllegalArgumentException("The width of the last two stages is multiplied by " + lateWidth
                    + ", allowed are 1 to " + MOST_LATE);
        }
        if (stages < 1 || stages > STAGES) {
            throw new IllegalArgumentException(
                    "Features of " + stages + " stages are asked for, and a ResNet has 1 to " + STAGES);
        }
        if (bottleneck < 1 || bottleneck > 2 || (bottleneck > 1 && depth < WITH_BOTTLENECKS)) {
            throw new IllegalArgumentException("A ResNet-" + depth + " has no bottlenecks of width " + bottleneck
                    + "; those of 50, 101 and 152 layers may have 2");
        }
    }

    /** One whose stages double their width, as torchvision's do. */
    public ResNet(int depth, double width, int bottleneck, Stem stem, int stages, boolean zeroGamma) {
        this(depth, width, bottleneck, 1, stem, stages, zeroGamma);
    }

    /** The depths that there are. */
    public static Set<Integer> depths() {
        return DEPTHS;
    }

    static List<String> names() {
        return List.of(
                "resnet10",
                "resnet18",
                "resnet34",
                "resnet50",
                "resnet101",
                "resnet152",
                "wide-resnet50",
                "wide-resnet101");
    }

    /**
     * The one of this name as published, of width 1 with the features of its last stage.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ResNet named(String name, Stem stem, boolean zeroGamma) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new IllegalArgumentException("There is no backbone '" + name.replaceAll("\\p{Cntrl}", "?")
                    + "'; there are " + String.join(", ", Backbone.names()));
        }
        return new ResNet(Integer.parseInt(parts.group(2)), 1, parts.group(1) == null ? 1 : 2, stem, 1, zeroGamma);
    }

    static ResNet described(String name, Function<String, Optional<String>> facts) {
        ResNet named = named(name, Word.of(Stem.class, facts.apply("stem").orElse("")), false);
        return new ResNet(
                named.depth,
                Double.parseDouble(facts.apply("width").orElse("")),
                named.bottleneck,
                Integer.parseInt(facts.apply(LATE_WIDTH).orElse("1")),
                named.stem,
                Integer.parseInt(facts.apply("stages").orElse("1")),
                false);
    }

    /** The same with the features of so many stages. */
    public ResNet withStages(int other) {
        return new ResNet(depth, width, bottleneck, lateWidth, stem, other, zeroGamma);
    }

    @Override
    public String name() {
        return (bottleneck == 1 ? "resnet" : "wide-resnet") + depth;
    }

    @Override
    public String title() {
        return (bottleneck == 1 ? "ResNet-" : "Wide ResNet-")
                + depth
                + (lateWidth == 1 ? " of width " + base() : " of widths " + planes(0) + " to " + planes(STAGES - 1));
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("width", width);
        if (lateWidth != 1) {
            facts.put(LATE_WIDTH, lateWidth);
        }
        facts.put("stem", stem.word());
        facts.put("stages", stages);
        return facts;
    }

    /** Channels after the first convolution: 64 at width 1. */
    public int base() {
        return (int) Math.round(64 * width);
    }

    /** Of the map of a stage, counted from 0. */
    public int channels(int stage) {
        return widened(stage) * expansion();
    }

    /** Channels inside a residual block of a stage, counted from 0. */
    public int planes(int stage) {
        return widened(stage) * bottleneck;
    }

    private int widened(int stage) {
        return (base() << stage) * (stage < FIRST_LATE ? 1 : lateWidth);
    }

    /** 512 for ResNet-18 and 2048 for ResNet-50, of the last stage at width 1. */
    @Override
    public int features() {
        int features = 0;
        for (int stage = STAGES - stages; stage < STAGES; stage++) {
            features += channels(stage);
        }
        return features;
    }

    /**
     * Groups of each group normalisation: 32, or the next lower power of 2 that gives every group the same number of
     * channels, 2 or more; 1 where there is none.
     */
    public int groups() {
        int groups = 32;
        while (groups > 1 && (base() % groups != 0 || base() < 2 * groups)) {
            groups /= 2;
        }
        return groups;
    }

    /** By how much the outputs of a stage are more than its blocks are wide at width 1: 4 with bottlenecks. */
    public int expansion() {
        return depth >= WITH_BOTTLENECKS ? 4 : 1;
    }

    /** Residual blocks of each stage. */
    public int[] blocks() {
        return switch (depth) {
            case 10 -> new int[] {1, 1, 1, 1};
            case 18 -> new int[] {2, 2, 2, 2};
            case 101 -> new int[] {3, 4, 23, 3};
            case 152 -> new int[] {3, 8, 36, 3};
            default -> new int[] {3, 4, 6, 3};
        };
    }

    @Override
    public void writeFeatures(ForwardText text) {
        new ResNetText(this, text).features();
    }

    @Override
    public void writeMaps(ForwardText text, int cells) {
        new ResNetText(this, text).maps(cells);
    }

    @Override
    public OptionalInt stage(String tensor) {
        Matcher stage = STAGE.matcher(tensor);
        return stage.matches() ? OptionalInt.of(Integer.parseInt(stage.group(1))) : OptionalInt.empty();
    }

    @Override
    public List<Convolution> convolutions(int type, int height, int width, int images) {
        return walk(type, height, width, images).all();
    }

    @Override
    public MultiplyAdds multiplyAdds(int height, int width) {
        return walk(Precision.FLOAT32.torchType(), height, width, 1).multiplyAdds();
    }

    private ConvolutionWalk walk(int type, int height, int width, int images) {
        ConvolutionWalk map = ConvolutionWalk.of(images, type, height, width);
        map = map.through(3, base(), stem.side(), stem.stride());
        if (stem.pool()) {
            map = map.halved();
        }
        int channels = base();
        for (int stage = 0; stage < STAGES; stage++) {
            int planes = planes(stage);
            int outputs = channels(stage);
            for (int block = 0; block < blocks()[stage]; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                ConvolutionWalk inside = expansion() == 1
                        ? map.through(channels, planes, 3, stride).through(planes, planes, 3, 1)
                        : map.through(channels, planes, 1, 1)
                                .through(planes, planes, 3, stride)
                                .through(planes, outputs, 1, 1);
                if (stride != 1 || channels != outputs) {
                    map.through(channels, outputs, 1, stride);
                }
                map = inside;
                channels = outputs;
            }
        }
        return map;
    }

    @Override
    public long keptBytes(Kept numbers, int height, int width) {
        long kept = numbers.pixels(height, width);
        int down = stem.stride();
        long map = map(height, width, down);
        kept += base() * map * (numbers.normalised() + numbers.low());
        if (stem.pool()) {
            down *= 2;
            map = map(height, width, down);
            kept += base() * map * (numbers.low() + Kept.PLACE);
        }
        int channels = base();
        for (int stage = 0; stage < STAGES; stage++) {
            int planes = planes(stage);
            int outputs = channels(stage);
            for (int block = 0; block < blocks()[stage]; block++) {
                boolean halves = stage > 0 && block == 0;
                long before = map;
                down *= halves ? 2 : 1;
                map = map(height, width, down);
                long inner = expansion() == 1 ? planes * map : planes * (before + map);
                boolean projected = halves || channels != outputs;
                // Each normalisation keeps what it takes in, and each ReLU what it gives.
                kept += (inner + outputs * map * (projected ? 2 : 1)) * numbers.normalised();
                kept += (inner + outputs * map) * numbers.low();
                channels = outputs;
            }
        }
        return kept;
    }

    /** Pixels of a map. @param down by how much it is smaller than the image each way, a power of 2 */
    private static long map(int height, int width, int down) {
        return ((height - 1L) / down + 1) * ((width - 1L) / down + 1);
    }

    @Override
    public boolean narrow() {
        return base() < NARROW;
    }

    /** Takes images of any size: what a stride leaves of a side is 1 at least. */
    @Override
    public void require(int height, int width) {}
}
