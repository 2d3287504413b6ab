package io.streamclr.console.chart;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/**
 * Lines in one field, for what depends on one quantity.
 *
 * @param title above the field
 * @param xAxis what runs from left to right, with its unit
 * @param yAxis what runs upwards, with its unit
 * @param scale of the x axis
 * @param curves one or more, of different names
 */
public record Curves(String title, String xAxis, String yAxis, Scale scale, List<Curve> curves) {

    /** How the x axis is divided. */
    public enum Scale {
        LINEAR,
        /** For what doubles from point to point, such as batch sizes; x is above 0. */
        LOGARITHMIC
    }

    /**
     * One line.
     *
     * @param name in the legend
     * @param points one or more, from left to right
     */
    public record Curve(String name, List<Point> points) {

        public Curve {
            points = List.copyOf(points);
            if (points.isEmpty()) {
                throw new IllegalArgumentException("The curve " + name + " has no points");
            }
        }
    }

    /**
     * One point, with an error bar.
     *
     * @param x its place
     * @param mean its height
     * @param spread half the length of its error bar, 0 or more; 0 draws none
     */
    public record Point(double x, double mean, double spread) {

        public Point {
            if (!Double.isFinite(x) || !Double.isFinite(mean) || !(spread >= 0) || Double.isInfinite(spread)) {
                throw new IllegalArgumentException("No point can be drawn at " + x + ", " + mean + " +- " + spread);
            }
        }
    }

    public Curves {
        curves = List.copyOf(curves);
        if (curves.isEmpty()) {
            throw new IllegalArgumentException("A chart needs a curve");
        }
        HashSet<String> names = new HashSet<>();
        for (Curve curve : curves) {
            if (!names.add(curve.name())) {
                throw new IllegalArgumentException("Two curves are called " + curve.name());
            }
            if (scale == Scale.LOGARITHMIC && curve.points().stream().anyMatch(point -> point.x() <= 0)) {
                throw new IllegalArgumentException(
                        "The curve " + curve.name() + " has points at 0 or below, which no logarithmic axis shows");
            }
        }
    }

    /** The figures in words. */
    @Override
    public String toString() {
        StringBuilder words = new StringBuilder(title + ": " + yAxis + " by " + xAxis);
        for (Curve curve : curves) {
            words.append("; ").append(curve.name());
            for (Point point : curve.points()) {
                words.append(String.format(Locale.ROOT, " (%s: %.4g", figure(point.x()), point.mean()));
                words.append(point.spread() == 0 ? ")" : String.format(Locale.ROOT, " ± %.2g)", point.spread()));
            }
        }
        return words.toString();
    }

    private static String figure(double x) {
        return x == Math.rint(x) ? Long.toString((long) x) : Double.toString(x);
    }
}
