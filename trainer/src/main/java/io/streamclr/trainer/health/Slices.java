package io.streamclr.trainer.health;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Divides labelled images by their class. At most {@link #MOST} classes are a slice each, those with most images and of
 * equally many those with the lower number; the images of all others are one slice together, so that no label makes
 * more than a known number of curves.
 */
final class Slices {

    /** Classes that are a slice of their own. */
    static final int MOST = 32;

    /** Name of the slice of all other classes. */
    static final String REST = "other";

    private final List<String> names;
    /** By class, which slice it has to itself. */
    private final Map<Integer, Integer> sliceOf;

    private Slices(List<String> names, Map<Integer, Integer> sliceOf) {
        this.names = names;
        this.sliceOf = sliceOf;
    }

    /** Called by the numbers of their classes. @param labels class of each image, 0 or more */
    static Slices of(int[] labels) {
        return of(labels, Map.of());
    }

    /**
     * @param labels class of each image, 0 or more
     * @param classNames what slices are called, where all of the images' classes have a name; else they are numbers
     */
    static Slices of(int[] labels, Map<Integer, String> classNames) {
        Map<Integer, Long> images = Arrays.stream(labels)
                .boxed()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        List<Integer> classes = images.keySet().stream()
                .sorted(Comparator.<Integer, Long>comparing(images::get)
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        List<Integer> own = classes.stream().limit(MOST).sorted().toList();
        Map<Integer, Integer> sliceOf =
                IntStream.range(0, own.size()).boxed().collect(Collectors.toMap(own::get, Function.identity()));
        boolean haveNames = classNames.keySet().containsAll(classes);
        List<String> names = new ArrayList<>(own.stream()
                .map(label -> haveNames ? unlikeRest(classNames.get(label), label) : String.valueOf(label))
                .toList());
        if (classes.size() > own.size()) {
            names.add(REST);
        }
        return new Slices(List.copyOf(names), sliceOf);
    }

    /** A class may be called as the slice of all others is. */
    private static String unlikeRest(String name, int label) {
        return name.equals(REST) ? name + " (class " + label + ")" : name;
    }

    /**
     * Counts each slice.
     *
     * @param labels of the images that the slices were made of
     * @param elected the class that each was taken for
     */
    List<Slice> of(int[] labels, int[] elected) {
        int[] images = new int[names.size()];
        int[] right = new int[names.size()];
        for (int i = 0; i < labels.length; i++) {
            int slice = sliceOf.getOrDefault(labels[i], names.size() - 1);
            images[slice]++;
            right[slice] += elected[i] == labels[i] ? 1 : 0;
        }
        return IntStream.range(0, names.size())
                .mapToObj(slice -> new Slice(names.get(slice), images[slice], right[slice]))
                .toList();
    }
}
