package io.streamclr.augment.view;

import io.streamclr.augment.decode.CutImages;
import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.JpegDecoder;
import io.streamclr.augment.decode.SystemFormats;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.Sha256;
import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How views are rendered: SimCLR's steps (Chen et al. 2020, arXiv:2002.05709, appendix A) with their probabilities and
 * strengths. Crop and resize first, then flip, rotation, colour jitter, grey, blur, solarize and cutout, as far as they are
 * asked for. An operation with probability or strength 0 is left out.
 *
 * <p>Presets: {@code imagenet} and {@code cifar} are the paper's for large and for small images, {@code grey} is for
 * small images without colours. Rotation by quarters and cutout, which the paper compares with these, are off in all of
 * them. Every operation computes as torchvision's does on float tensors, and is clipped. In its
 * details the reference implementation of the paper, in TensorFlow, is another: contrast turns about the mean of each
 * channel and not about the mean grey, saturation is scaled in HSV, the blur sees black beyond the border and not the
 * image mirrored, one sigma serves a whole batch, bicubic shrinking takes no more samples than enlarging (no antialias),
 * and a crop is tried 100 times and not 10.
 *
 * <p>Texts of one meaning are one recipe with one fingerprint: how a number is spelt does not count, nor in which order
 * the changes stand, nor the settings of what is off.
 */
public final class Recipe implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Raised when the arithmetic of operations or decoders changes: views rendered differently never carry one fingerprint. */
    private static final String ARITHMETIC = "streamclr views, arithmetic 3\n";

    private static final String COMMON = "crop.area-max=1,crop.ratio-min=0.75,crop.ratio-max=1.333333333,"
            + "crop.filter=bicubic,flip.p=0.5,jitter.p=0.8,jitter.order=random,blur.sigma-min=0.1,blur.sigma-max=2,"
            + "blur.kernel=0.1,solarize.p=0,solarize.threshold=128,decoder=imageio,rotation.p=0,cutout.p=0,"
            + "cutout.side=0.5,picture-hash=no,cut-images=reject,system-formats=no,";

    private static final Map<String, String> PRESETS = new TreeMap<>(Map.of(
            "imagenet",
            COMMON + "size=224,crop.area-min=0.08,jitter.brightness=0.8,jitter.contrast=0.8,jitter.saturation=0.8,"
                    + "jitter.hue=0.2,grey.p=0.2,blur.p=0.5",
            "cifar",
            COMMON + "size=32,crop.area-min=0.08,jitter.brightness=0.4,jitter.contrast=0.4,jitter.saturation=0.4,"
                    + "jitter.hue=0.1,grey.p=0.2,blur.p=0",
            "grey",
            COMMON
                    + "size=28,crop.area-min=0.2,crop.filter=bilinear,jitter.brightness=0.9,jitter.contrast=0.9,"
                    + "jitter.saturation=0,jitter.hue=0,grey.p=0,blur.p=0"));

    /** What {@code name=off} stands for. A crop that is off shows the whole image, squeezed into the square. */
    private static final Map<String, String> OFF = new TreeMap<>(Map.ofEntries(
            Map.entry("crop", "crop.area-min=1,crop.area-max=1,crop.ratio-min=0.01,crop.ratio-max=100"),
            Map.entry("flip", "flip.p=0"),
            Map.entry("rotation", "rotation.p=0"),
            Map.entry("jitter", "jitter.p=0"),
            Map.entry("brightness", "jitter.brightness=0"),
            Map.entry("contrast", "jitter.contrast=0"),
            Map.entry("saturation", "jitter.saturation=0"),
            Map.entry("hue", "jitter.hue=0"),
            Map.entry("grey", "grey.p=0"),
            Map.entry("blur", "blur.p=0"),
            Map.entry("solarize", "solarize.p=0"),
            Map.entry("cutout", "cutout.p=0")));

    /**
     * Settings that not every release has had. They are written where they are not as in every preset, so that a recipe
     * without these has the text and the fingerprint that it always had.
     */
    private static final Map<Parameter, String> ADDED = new EnumMap<>(Map.of(
            Parameter.ROTATION_P,
            "0",
            Parameter.CUTOUT_P,
            "0",
            Parameter.CUTOUT_SIDE,
            "0.5",
            Parameter.PICTURE_HASH,
            "no",
            Parameter.CUT_IMAGES,
            "reject",
            Parameter.SYSTEM_FORMATS,
            "no"));

    /** What a step is set to while it is off, so that its settings do not count. */
    private static final Map<Parameter, String> IDLE = new EnumMap<>(Map.of(
            Parameter.JITTER_P,
            "jitter.p=0,jitter.order=random,jitter.brightness=0,jitter.contrast=0,jitter.saturation=0,jitter.hue=0",
            Parameter.BLUR_P,
            "blur.sigma-min=0.1,blur.sigma-max=2,blur.kernel=0.1",
            Parameter.SOLARIZE_P,
            "solarize.threshold=128",
            Parameter.CUTOUT_P,
            "cutout.side=0.5"));

    private final EnumMap<Parameter, BigDecimal> values;

    private Recipe(EnumMap<Parameter, BigDecimal> values) {
        this.values = values;
        requireOrdered(Parameter.CROP_AREA_MIN, Parameter.CROP_AREA_MAX);
        requireOrdered(Parameter.CROP_RATIO_MIN, Parameter.CROP_RATIO_MAX);
        requireOrdered(Parameter.BLUR_SIGMA_MIN, Parameter.BLUR_SIGMA_MAX);
        settleWhatIsOff();
    }

    /** The names that {@link #parse} knows, in alphabetical order. */
    public static List<String> presets() {
        return List.copyOf(PRESETS.keySet());
    }

    private void settleWhatIsOff() {
        if (Stream.of(
                        Parameter.JITTER_BRIGHTNESS,
                        Parameter.JITTER_CONTRAST,
                        Parameter.JITTER_SATURATION,
                        Parameter.JITTER_HUE)
                .allMatch(strength -> values.get(strength).signum() == 0)) {
            set(values, "jitter.p=0");
        }
        IDLE.forEach((probability, idle) -> {
            if (values.get(probability).signum() == 0) {
                setAll(values, idle);
            }
        });
    }

    /**
     * Reads a preset and changes to it, such as {@code cifar,jitter.p=0.5,size=48,flip=off}. A text of changes alone,
     * such as {@link #text} gives, changes {@code imagenet}. Later changes win.
     *
     * @throws RefusalException if a name is unknown or a value makes no sense
     */
    public static Recipe parse(String text) {
        List<String> items = new ArrayList<>(Arrays.asList(text.split(",", -1)));
        String preset =
                items.get(0).contains("=") ? "imagenet" : items.remove(0).strip();
        if (!PRESETS.containsKey(preset)) {
            throw RefusalException.ofUsage("There is no recipe '" + preset + "'; name one of "
                    + String.join(", ", presets()) + ", and changes after it, such as cifar,jitter.p=0.5");
        }
        EnumMap<Parameter, BigDecimal> values = new EnumMap<>(Parameter.class);
        setAll(values, PRESETS.get(preset));
        for (String item : items) {
            set(values, item.strip());
        }
        return new Recipe(values);
    }

    private static void setAll(EnumMap<Parameter, BigDecimal> values, String items) {
        for (String item : items.split(",", -1)) {
            set(values, item);
        }
    }

    private static void set(EnumMap<Parameter, BigDecimal> values, String item) {
        int equals = item.indexOf('=');
        if (equals < 0) {
            throw RefusalException.ofUsage(
                    "The recipe has '" + item + "' where name=value is expected, such as jitter.p=0.5");
        }
        String name = item.substring(0, equals).strip();
        String value = item.substring(equals + 1).strip();
        if (value.equals("off")) {
            if (!OFF.containsKey(name)) {
                throw RefusalException.ofUsage("A recipe cannot switch '" + name + "' off; what it can switch off is "
                        + String.join(", ", OFF.keySet()));
            }
            setAll(values, OFF.get(name));
            return;
        }
        Parameter parameter = Parameter.named(name);
        values.put(parameter, parameter.read(value));
    }

    /** This recipe with one parameter changed. */
    public Recipe with(String parameter, String value) {
        EnumMap<Parameter, BigDecimal> changed = new EnumMap<>(values);
        set(changed, parameter + "=" + value);
        return new Recipe(changed);
    }

    /** Height and width of the views, in pixels. */
    public int size() {
        return values.get(Parameter.SIZE).intValueExact();
    }

    /** Who decodes JPEG files; it has a say in the bytes of a view. */
    public JpegDecoder decoder() {
        return JpegDecoder.values()[values.get(Parameter.DECODER).intValueExact()];
    }

    /** What becomes of JPEG files that were cut off. */
    public CutImages cutImages() {
        return CutImages.values()[values.get(Parameter.CUT_IMAGES).intValueExact()];
    }

    /** Which formats the system's libraries decode. */
    public SystemFormats systemFormats() {
        return SystemFormats.values()[values.get(Parameter.SYSTEM_FORMATS).intValueExact()];
    }

    /**
     * What decodes images as this recipe asks, for one thread.
     *
     * @throws RefusalException if this machine lacks what it needs
     */
    public ImageDecoder imageDecoder(DecodeLimits limits) {
        return new ImageDecoder(limits, decoder(), cutImages(), systemFormats());
    }

    /** Whether each pair says what the whole picture looks like; then all of it is decoded, in its full size. */
    public boolean picturesHashed() {
        return values.get(Parameter.PICTURE_HASH).signum() > 0;
    }

    /** What this recipe sets as {@code name=value}, always in the same order and form; {@link #parse} reads it. */
    public String text() {
        StringBuilder text = new StringBuilder();
        values.forEach((parameter, value) -> {
            String written = parameter.write(value);
            if (!written.equals(ADDED.get(parameter))) {
                text.append(text.isEmpty() ? "" : ",")
                        .append(parameter.title)
                        .append('=')
                        .append(written);
            }
        });
        return text.toString();
    }

    /**
     * The preset that this recipe differs least from, and the changes to it, such as {@code cifar,size=48}.
     * {@link #parse} reads it, in later releases too, because a preset stays what it is.
     */
    public String shortText() {
        String shortest = "";
        for (String preset : presets()) {
            StringBuilder text = new StringBuilder(preset);
            EnumMap<Parameter, BigDecimal> usual = parse(preset).values;
            values.forEach((parameter, value) -> {
                if (!value.equals(usual.get(parameter))) {
                    text.append(',').append(parameter.title).append('=').append(parameter.write(value));
                }
            });
            if (shortest.isEmpty() || text.length() < shortest.length()) {
                shortest = text.toString();
            }
        }
        return shortest;
    }

    /** 64 bits of SHA-256 over the text and the version of the arithmetic, as 16 hexadecimal digits. */
    public String fingerprint() {
        byte[] digest = Sha256.begin().digest((ARITHMETIC + text()).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, 8);
    }

    RandomCrop crop() {
        return new RandomCrop(
                number(Parameter.CROP_AREA_MIN),
                number(Parameter.CROP_AREA_MAX),
                number(Parameter.CROP_RATIO_MIN),
                number(Parameter.CROP_RATIO_MAX));
    }

    Filter filter() {
        return Filter.values()[values.get(Parameter.CROP_FILTER).intValueExact()];
    }

    /** Every step after the crop that this recipe can take, in order. */
    List<Step> steps() {
        List<Operation> jitter = new ArrayList<>();
        if (number(Parameter.JITTER_BRIGHTNESS) > 0) {
            jitter.add(new Blend(Blend.Toward.BLACK, number(Parameter.JITTER_BRIGHTNESS)));
        }
        if (number(Parameter.JITTER_CONTRAST) > 0) {
            jitter.add(new Blend(Blend.Toward.MEAN, number(Parameter.JITTER_CONTRAST)));
        }
        if (number(Parameter.JITTER_SATURATION) > 0) {
            jitter.add(new Blend(Blend.Toward.GREY, number(Parameter.JITTER_SATURATION)));
        }
        if (number(Parameter.JITTER_HUE) > 0) {
            jitter.add(new Hue(number(Parameter.JITTER_HUE)));
        }
        boolean shuffled = values.get(Parameter.JITTER_ORDER).signum() == 0;
        List<Step> steps = new ArrayList<>();
        steps.add(new Step("flip", number(Parameter.FLIP_P), false, List.of(new Flip())));
        steps.add(new Step("rotation", number(Parameter.ROTATION_P), false, List.of(new Rotation())));
        steps.add(new Step("jitter", number(Parameter.JITTER_P), shuffled, jitter));
        steps.add(new Step("grey", number(Parameter.GREY_P), false, List.of(new Grey())));
        steps.add(new Step("blur", number(Parameter.BLUR_P), false, List.of(blur())));
        steps.add(new Step("solarize", number(Parameter.SOLARIZE_P), false, List.of(solarize())));
        steps.add(new Step("cutout", number(Parameter.CUTOUT_P), false, List.of(cutout())));
        return List.copyOf(steps);
    }

    private Blur blur() {
        return new Blur(
                Blur.tapsFor(size(), number(Parameter.BLUR_KERNEL)),
                number(Parameter.BLUR_SIGMA_MIN),
                number(Parameter.BLUR_SIGMA_MAX));
    }

    private Solarize solarize() {
        return new Solarize(number(Parameter.SOLARIZE_THRESHOLD));
    }

    private Cutout cutout() {
        return Cutout.of(size(), number(Parameter.CUTOUT_SIDE));
    }

    private double number(Parameter parameter) {
        return values.get(parameter).doubleValue();
    }

    private void requireOrdered(Parameter least, Parameter most) {
        if (values.get(least).compareTo(values.get(most)) > 0) {
            throw RefusalException.ofUsage("The recipe's " + least.title + " is above its " + most.title
                    + ": there is nothing between them; exchange the two");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Recipe that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return "Recipe[" + fingerprint() + ": " + text() + "]";
    }
}
