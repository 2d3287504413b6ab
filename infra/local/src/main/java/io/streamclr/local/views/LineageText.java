package io.streamclr.local.views;

import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a view was drawn, in words. */
public final class LineageText {

    private LineageText() {}

    /** Crop and operations, such as {@code crop 20x21 at (1, 2) of 28x28, flip, brightness 1.250}. */
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
                        .map(value -> String.format(Locale.ROOT, " %.3f", value))
                        .collect(Collectors.joining());
    }
}
