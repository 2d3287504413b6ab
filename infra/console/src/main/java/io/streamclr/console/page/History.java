package io.streamclr.console.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/** All curves of the page, and which of their points are newer than what somebody has seen. For any thread. */
final class History {

    /** Points that a viewer may be behind before it is given whole curves again. */
    private static final int RECENT = 4_096;

    private static final MathContext FIVE_DIGITS = new MathContext(5);

    private final Map<String, Series> series = new LinkedHashMap<>();
    private final ArrayDeque<Point> recent = new ArrayDeque<>();
    private long added;

    private record Point(String name, double x, double y) {}

    /**
     * What a viewer lacks.
     *
     * @param curves by name, each {@code [[x...], [y...]]}
     * @param whole whether they replace what the viewer has, or go after it
     * @param upTo what the viewer has seen with these
     */
    record News(ObjectNode curves, boolean whole, long upTo) {}

    /**
     * Adds a value to a curve. Where the curve has been there already, what it says from there on counts no more: a run
     * that was killed trains its last steps again.
     *
     * @param x a step, or seconds since 1970
     */
    synchronized void add(String name, double x, double value) {
        Series curve = series.computeIfAbsent(name, unseen -> new Series());
        if (curve.forgetFrom(x)) {
            recent.clear(); // viewers can be sent more, and not less: they are given whole curves
            added++;
        }
        if (curve.add(x, value)) {
            recent.add(new Point(name, x, curve.newest()));
            added++;
            if (recent.size() > RECENT) {
                recent.remove();
            }
        }
    }

    /** @param seen of the viewer's last news; negative for one that has seen nothing */
    synchronized News since(long seen) {
        boolean whole = seen < added - recent.size();
        ObjectNode curves = JsonNodeFactory.instance.objectNode();
        if (whole) {
            series.forEach((name, curve) -> {
                double[] x = curve.x();
                double[] y = curve.y();
                for (int i = 0; i < x.length; i++) {
                    add(curves, name, x[i], y[i]);
                }
            });
        } else {
            recent.stream()
                    .skip(recent.size() - (added - seen))
                    .forEach(point -> add(curves, point.name(), point.x(), point.y()));
        }
        return new News(curves, whole, added);
    }

    private static void add(ObjectNode curves, String name, double x, double y) {
        ArrayNode curve = (ArrayNode) curves.get(name);
        if (curve == null) {
            curve = curves.putArray(name);
            curve.addArray();
            curve.addArray();
        }
        ((ArrayNode) curve.get(0)).add(x);
        ((ArrayNode) curve.get(1)).add(rounded(y));
    }

    /** More digits than these no curve shows. */
    private static double rounded(double value) {
        return BigDecimal.valueOf(value).round(FIVE_DIGITS).doubleValue();
    }
}
