package io.streamclr.local.views;

import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a view was drawn, in words. */
public final class LineageText {

    private LineageText() {}

    /** Crop and operations, such as {@code crop 20x21 at (1, 2) of 28x28, flip, brightness x 1.25}. */
    public static String of(Lineage lineage) {
        CropBox crop = lineage.getCrop();
        return String.format(
                        Locale.ROOT,
                        "crop %dx%d at (%d, %d) of %dx%d",
                        crop.getWidth(),
                        crop.getHeight(),
                        crop.getX(),
                        crop.getY(),
                        lineage.getImageWidth(),
                        lineage.getImageHeight())
                + lineage.getOperations().stream().map(LineageText::of).collect(Collectors.joining());
    }

    private static String of(AppliedOperation operation) {
        return ", " + operation.getName()
                + operation.getArguments().stream()
                        .map(value -> of(operation.getName(), value))
                        .collect(Collectors.joining());
    }

    /** In the unit that people think in. */
    private static String of(String operation, double value) {
        return switch (operation) {
            case "brightness", "contrast", "saturation" -> String.format(Locale.ROOT, " x %.2f", value);
            case "hue" -> String.format(Locale.ROOT, " %+.0f degrees", 360 * value);
            case "blur" -> String.format(Locale.ROOT, " of sigma %.2f", value);
            default -> String.format(Locale.ROOT, " %.3f", value);
        };
    }
}
