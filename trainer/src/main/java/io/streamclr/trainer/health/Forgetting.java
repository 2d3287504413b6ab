package io.streamclr.trainer.health;

import io.streamclr.trainer.health.HeldOutProbe.Answer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Notices when a network forgets a slice of the labelled images. A slice's level is its mean accuracy in the last
 * three answers, and its best the highest level so far, so that neither is a single lucky or unlucky answer.
 *
 * <p>A slice is forgotten when its level lies under its best by more than the points that are allowed, and by more than three
 * standard errors of the difference of two shares of its n images,
 *
 * <pre>
 * sqrt(b (1 - b) / n + l (1 - l) / n)      b = (n best + 1) / (n + 2), l = (n level + 1) / (n + 2)
 * </pre>
 *
 * which treats the two as if they were of different images: as they are of the same, the real error is smaller. One
 * right and one wrong image more keep a small slice that was all right from seeming certain. From 90 % down, three such
 * errors are 10 points with 250 images and 24 points with 50.
 *
 * <p>Each fall is reported once: a slice can be forgotten again when its level has risen to half of the way up. What it
 * knows can be kept while a run is stopped. For one thread.
 */
public final class Forgetting {

    private static final int PROBES = 3;
    private static final int ERRORS = 3;

    private final double allowed;
    private final Map<String, Course> courses = new LinkedHashMap<>();

    /**
     * What is known of a slice.
     *
     * @param slice its name
     * @param images how many it has
     * @param last its accuracies in the last answers, up to three, the newest last
     * @param best its best level, in [0, 1]; 0 before there is one
     * @param forgotten whether it was forgotten and has not risen again
     */
    public record Past(String slice, int images, List<Double> last, double best, boolean forgotten) {

        public Past {
            last = List.copyOf(last);
        }
    }

    /**
     * A slice was forgotten.
     *
     * @param slice its name
     * @param step whose answer showed it
     * @param from its best, in [0, 1]
     * @param to its level, in [0, 1]
     */
    public record AccuracyDrop(String slice, long step, double from, double to) {}

    /** One slice over time. */
    private static final class Course {
        private final int images;
        private final ArrayDeque<Double> last;
        private double best;
        private boolean forgotten;

        Course(Past past) {
            images = past.images();
            last = new ArrayDeque<>(past.last());
            best = past.best();
            forgotten = past.forgotten();
        }

        double level() {
            return last.size() < PROBES
                    ? best
                    : last.stream().mapToDouble(Double::doubleValue).sum() / PROBES;
        }
    }

    /** Of a run that begins. @param points percentage points that a slice may fall, 0 or more; 100 for any number */
    public Forgetting(double points) {
        this(points, List.of());
    }

    /** Goes on with what an earlier one knew; of slices that have another number of images now it begins anew. */
    public Forgetting(double points, List<Past> known) {
        if (!(points >= 0 && points <= 100)) {
            throw new IllegalArgumentException("A slice may fall by 0 to 100 points, not " + points);
        }
        this.allowed = points / 100;
        known.forEach(past -> courses.put(past.slice(), new Course(past)));
    }

    /** All that it knows. */
    public List<Past> known() {
        return courses.entrySet().stream()
                .map(each -> new Past(
                        each.getKey(),
                        each.getValue().images,
                        List.copyOf(each.getValue().last),
                        each.getValue().best,
                        each.getValue().forgotten))
                .toList();
    }

    /** The accuracy of all slices together in the last answer, in [0, 1]; empty before the first. */
    public OptionalDouble accuracy() {
        int images = courses.values().stream().mapToInt(course -> course.images).sum();
        double right = courses.values().stream()
                .mapToDouble(course -> course.images * course.last.getLast())
                .sum();
        return images == 0 ? OptionalDouble.empty() : OptionalDouble.of(right / images);
    }

    /** Takes an answer, later than those before. @return the slices that fell with it */
    public List<AccuracyDrop> hear(Answer answer) {
        List<AccuracyDrop> falls = new ArrayList<>();
        for (Slice slice : answer.slices()) {
            Course course = courses.compute(
                    slice.name(),
                    (name, known) -> known == null || known.images != slice.images()
                            ? new Course(new Past(name, slice.images(), List.of(), 0, false))
                            : known);
            course.last.add(slice.accuracy());
            if (course.last.size() > PROBES) {
                course.last.remove();
            }
            if (course.last.size() < PROBES) {
                continue;
            }
            double level = course.level();
            course.best = Math.max(course.best, level);
            double limit = Math.max(allowed, ERRORS * error(course.best, level, slice.images()));
            double fall = course.best - level;
            if (fall > limit && !course.forgotten) {
                course.forgotten = true;
                falls.add(new AccuracyDrop(slice.name(), answer.step(), course.best, level));
            } else if (fall <= limit / 2) {
                course.forgotten = false;
            }
        }
        return falls;
    }

    /** How far the slice that fell most lies under its best now, in [0, 1]; noise alone makes it more than 0. */
    public double largest() {
        return courses.values().stream()
                .mapToDouble(course -> course.best - course.level())
                .max()
                .orElse(0);
    }

    private static double error(double best, double level, int images) {
        return Math.sqrt((variance(best, images) + variance(level, images)) / images);
    }

    private static double variance(double accuracy, int images) {
        double share = (images * accuracy + 1) / (images + 2);
        return share * (1 - share);
    }
}
