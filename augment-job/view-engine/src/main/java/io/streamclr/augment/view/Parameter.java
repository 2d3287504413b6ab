package io.streamclr.augment.view;

import io.streamclr.schemas.RefusalException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** What a recipe sets: its name, and which values make sense. The order here is the order of the canonical text. */
enum Parameter {
    SIZE("size", "4", "1024", 0),
    CROP_AREA_MIN("crop.area-min", "0.0001", "1", 9),
    CROP_AREA_MAX("crop.area-max", "0.0001", "1", 9),
    CROP_RATIO_MIN("crop.ratio-min", "0.01", "100", 9),
    CROP_RATIO_MAX("crop.ratio-max", "0.01", "100", 9),
    CROP_FILTER("crop.filter", List.of("bilinear", "bicubic")),
    FLIP_P("flip.p", "0", "1", 9),
    JITTER_P("jitter.p", "0", "1", 9),
    JITTER_ORDER("jitter.order", List.of("random", "fixed")),
    JITTER_BRIGHTNESS("jitter.brightness", "0", "10", 9),
    JITTER_CONTRAST("jitter.contrast", "0", "10", 9),
    JITTER_SATURATION("jitter.saturation", "0", "10", 9),
    JITTER_HUE("jitter.hue", "0", "0.5", 9),
    GREY_P("grey.p", "0", "1", 9),
    BLUR_P("blur.p", "0", "1", 9),
    BLUR_SIGMA_MIN("blur.sigma-min", "0.01", "100", 9),
    BLUR_SIGMA_MAX("blur.sigma-max", "0.01", "100", 9),
    BLUR_KERNEL("blur.kernel", "0.01", "1", 9),
    SOLARIZE_P("solarize.p", "0", "1", 9),
    SOLARIZE_THRESHOLD("solarize.threshold", "0", "256", 9),
    ROTATION_P("rotation.p", "0", "1", 9),
    CUTOUT_P("cutout.p", "0", "1", 9),
    CUTOUT_SIDE("cutout.side", "0.01", "1", 9),
    DECODER("decoder", List.of("imageio", "turbojpeg")),
    PICTURE_HASH("picture-hash", List.of("no", "yes")),
    CUT_IMAGES("cut-images", List.of("reject", "keep")),
    SYSTEM_FORMATS("system-formats", List.of("no", "exact", "all"));

    private static final int LONGEST_NUMBER = 20;

    /** As users write it. */
    final String title;

    private final BigDecimal least;
    private final BigDecimal most;
    private final int digits;
    private final List<String> words;

    Parameter(String title, String least, String most, int digits) {
        this.title = title;
        this.least = new BigDecimal(least);
        this.most = new BigDecimal(most);
        this.digits = digits;
        this.words = List.of();
    }

    Parameter(String title, List<String> words) {
        this.title = title;
        this.least = BigDecimal.ZERO;
        this.most = BigDecimal.valueOf(words.size() - 1L);
        this.digits = 0;
        this.words = words;
    }

    static Parameter named(String title) {
        for (Parameter parameter : values()) {
            if (parameter.title.equals(title)) {
                return parameter;
            }
        }
        StringBuilder known = new StringBuilder();
        for (Parameter parameter : values()) {
            known.append(known.isEmpty() ? "" : ", ").append(parameter.title);
        }
        throw RefusalException.ofUsage("A recipe has no parameter '" + title + "'; its parameters are " + known
                + "; a whole operation is switched off by its name, such as blur=off");
    }

    /** The value that this text means, in its shortest form; a word is its place among the words. */
    BigDecimal read(String text) {
        if (!words.isEmpty()) {
            int index = words.indexOf(text.toLowerCase(Locale.ROOT));
            if (index < 0) {
                throw refusal(text);
            }
            return BigDecimal.valueOf(index);
        }
        BigDecimal value;
        try {
            value = new BigDecimal(text.length() > LONGEST_NUMBER ? "" : text);
        } catch (NumberFormatException notANumber) {
            throw refusal(text);
        }
        if (value.compareTo(least) < 0
                || value.compareTo(most) > 0
                || value.stripTrailingZeros().scale() > digits) {
            throw refusal(text);
        }
        return value.stripTrailingZeros();
    }

    /** What {@link #read} reads; the same text on every machine. */
    String write(BigDecimal value) {
        return words.isEmpty() ? value.toPlainString() : words.get(value.intValueExact());
    }

    private RefusalException refusal(String text) {
        String allowed = !words.isEmpty()
                ? "one of " + String.join(", ", words)
                : (digits == 0 ? "a whole number" : "a number of at most " + digits + " decimal places") + " from "
                        + least.toPlainString() + " to " + most.toPlainString();
        return RefusalException.ofUsage("The recipe's " + title + " is '" + text + "', but it must be " + allowed);
    }
}
