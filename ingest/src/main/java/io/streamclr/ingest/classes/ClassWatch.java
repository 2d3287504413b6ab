package io.streamclr.ingest.classes;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Looks at the classes of a stream of images as they go by. Says once if one number means two classes, and once if images
 * are sorted by class, for then a batch, and for minutes the whole training, sees few of them.
 *
 * <p>They are sorted if the image {@value #APART} places before is of the same class much more often than an image chosen at random
 * from all so far: by s of the images instead of q, the sum of the squares of the classes' shares, with
 * (s - q) / (1 - q) above a half. For a shuffled stream that is 0. For one thread.
 */
public final class ClassWatch {

    private static final int APART = 64;
    private static final int BETWEEN_LOOKS = 1000;
    /** So many images must be expected to differ from the one {@link #APART} before; or nothing can be said yet. */
    private static final int LEAST_EXPECTED = 100;

    private static final double SORTED = 0.5;
    /** More are not looked at: they would take memory, and nobody has so many. */
    private static final int MOST_CLASSES = 100_000;

    private final String remedy;
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<Object, long[]> counts = new HashMap<>();
    private final Object[] before = new Object[APART];
    private double sumOfSquares;
    private long images;
    private long same;
    private boolean warned;
    private boolean namesReported;

    /** @param remedy what to do about a stream that is sorted; ends a sentence */
    public ClassWatch(String remedy) {
        this.remedy = remedy;
    }

    /** An image that goes by. @return what is to be said; empty for nothing */
    public Optional<String> sees(OptionalInt label, String className) {
        Optional<String> clash = label.isPresent() ? knows(label.getAsInt(), className) : Optional.empty();
        if (clash.isPresent()) {
            return clash;
        }
        if (warned || (label.isEmpty() && className.isEmpty())) {
            return Optional.empty();
        }
        count(className.isEmpty() ? label.getAsInt() : className);
        return images % BETWEEN_LOOKS == 0 ? sorted() : Optional.empty();
    }

    /** A class that is there already. @return what is to be said; empty for nothing */
    public Optional<String> knows(int label, String className) {
        if (className.isEmpty() || (names.size() >= MOST_CLASSES && !names.containsKey(label))) {
            return Optional.empty();
        }
        String known = names.putIfAbsent(label, className);
        if (known == null || known.equals(className) || namesReported) {
            return Optional.empty();
        }
        namesReported = true;
        return Optional.of("class " + label + " is " + className + " in one place and " + known
                + " in another, which number their classes differently: send places with the same classes, or all of them"
                + " in one run, or tell classes by their names");
    }

    private void count(Object seen) {
        long[] count = counts.size() < MOST_CLASSES
                ? counts.computeIfAbsent(seen, first -> new long[1])
                : counts.getOrDefault(seen, new long[1]);
        sumOfSquares += 2.0 * count[0]++ + 1;
        int at = (int) (images % APART);
        same += seen.equals(before[at]) ? 1 : 0;
        before[at] = seen;
        images++;
    }

    /** What is to be said at the end. */
    public Optional<String> ends() {
        return warned ? Optional.empty() : sorted();
    }

    private Optional<String> sorted() {
        if (images <= 2 * APART) {
            return Optional.empty();
        }
        double q = sumOfSquares / images / images;
        double s = (double) same / (images - APART);
        if ((1 - q) * images < LEAST_EXPECTED || (s - q) / (1 - q) <= SORTED) {
            return Optional.empty();
        }
        warned = true;
        return Optional.of(String.format(
                Locale.ROOT,
                "the first %,d images come sorted by class, so a training sees few classes at a time and forgets the"
                        + " others: %s",
                images,
                remedy));
    }
}
