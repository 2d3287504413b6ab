package io.streamclr.console.similar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Groups of images that look alike: two are in one group if a chain of pairs that look alike leads from one to the other. */
public final class NearDuplicates {

    private NearDuplicates() {}

    /**
     * The groups of two images and more, the largest first, those of one size in the order of their first images, and images
     * in theirs.
     *
     * @param cosine from which on two images look alike, in (0, 1]
     */
    public static List<List<Item>> groups(Likeness images, float cosine) {
        DisjointSets sets = new DisjointSets(images.size());
        images.forEachPair(cosine, sets::join);
        Map<Integer, List<Item>> groups = new LinkedHashMap<>();
        for (int number = 0; number < images.size(); number++) {
            if (sets.sizeOf(number) > 1) {
                groups.computeIfAbsent(sets.rootOf(number), root -> new ArrayList<>())
                        .add(images.item(number));
            }
        }
        return groups.values().stream()
                .sorted(Comparator.comparingInt((List<Item> group) -> group.size())
                        .reversed())
                .toList();
    }
}
