package io.streamclr.console.views;

import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a view was rendered, in words and in the units that people think in. */
public final class LineageText {

    private LineageText() {}

    /** All in one line, such as {@code crop 25 % of the image; 250 x 200 at 40, 12; flipped; brightness x 1.25}. */
    public static String of(Lineage lineage) {
        return String.join("; ", lines(lineage));
    }

    /** What was done, one thing after the other, beginning with the crop. */
    public static List<String> lines(Lineage lineage) {
        CropBox crop = lineage.getCrop();
        double share = (double) crop.getWidth() * crop.getHeight() / lineage.getImageWidth() / lineage.getImageHeight();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "crop %.0f %% of the image", 100 * share));
        lines.add(crop.getWidth() + " x " + crop.getHeight() + " at " + crop.getX() + ", " + crop.getY());
        lineage.getOperations().forEach(operation -> lines.add(of(operation)));
        return lines;
    }

    private static String of(AppliedOperation operation) {
        List<Double> values = operation.getArguments();
        return switch (operation.getName() + "/" + values.size()) {
            case "flip/0" -> "flipped";
            case "grey/0" -> "grey";
            case "solarize/0" -> "solarized";
            case "brightness/1", "contrast/1", "saturation/1" ->
                String.format(Locale.ROOT, "%s x %.2f", operation.getName(), values.get(0));
            case "hue/1" -> String.format(Locale.ROOT, "hue %+d degrees", Math.round(360 * values.get(0)));
            case "rotation/1" -> String.format(Locale.ROOT, "turned by %.0f degrees", values.get(0));
            case "cutout/4" ->
                String.format(
                        Locale.ROOT,
                        "%.0f x %.0f at %.0f, %.0f blackened",
                        values.get(2),
                        values.get(3),
                        values.get(0),
                        values.get(1));
            case "blur/1" -> String.format(Locale.ROOT, "blur, sigma %.2f", values.get(0));
            default ->
                operation.getName()
                        + values.stream()
                                .map(value -> String.format(Locale.ROOT, " %.3f", value))
                                .collect(Collectors.joining());
        };
    }
}
