package io.streamclr.console.similar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NearDuplicatesTest {

    private static final float COSINE = 0.97f;

    /** Pictures that are alike in clusters of some ten, and as many that are like none. */
    private final List<float[]> vectors = new ArrayList<>();

    {
        Random random = new Random(5);
        vectors.addAll(Made.vectors(200, 16, 20, 0.15, random));
        vectors.addAll(Made.vectors(200, 16, 200, 1, random));
    }

    @Test
    void groupsAreThoseOfTheObviousWalkFromEachToAllThatAreLikeIt() {
        HeldVectors held = new HeldVectors(1 << 20);
        for (int i = 0; i < vectors.size(); i++) {
            held.add(Made.embedding(i, vectors.get(i)));
        }

        List<List<Item>> groups = NearDuplicates.groups(held, COSINE);

        assertThat(ids(groups)).isEqualTo(obvious());
        assertThat(groups).hasSizeGreaterThan(10).allMatch(group -> group.size() > 1);
    }

    @Test
    void anIndexFindsTheSameGroups(@TempDir Path folder) {
        try (VectorIndex index = VectorIndex.open(folder)) {
            for (int i = 0; i < vectors.size(); i++) {
                index.add(Made.embedding(i, vectors.get(i)));
            }

            List<List<Item>> groups = NearDuplicates.groups(index, COSINE);

            assertThat(ids(groups)).isEqualTo(obvious());
        }
    }

    private static List<List<String>> ids(List<List<Item>> groups) {
        return groups.stream()
                .map(group -> group.stream().map(Item::id).toList())
                .toList();
    }

    /** One image after the other, with all that a chain leads to. */
    private List<List<String>> obvious() {
        TreeSet<Integer> left = new TreeSet<>();
        for (int i = 0; i < vectors.size(); i++) {
            left.add(i);
        }
        List<List<String>> groups = new ArrayList<>();
        while (!left.isEmpty()) {
            TreeSet<Integer> group = new TreeSet<>();
            List<Integer> open = new ArrayList<>(List.of(left.first()));
            while (!open.isEmpty()) {
                int one = open.remove(0);
                left.remove(one);
                group.add(one);
                left.stream()
                        .filter(other -> Made.cosine(vectors.get(one), vectors.get(other)) >= COSINE)
                        .filter(other -> !open.contains(other))
                        .forEach(open::add);
            }
            if (group.size() > 1) {
                groups.add(group.stream().map(Made::id).toList());
            }
        }
        groups.sort(Comparator.comparingInt((List<String> group) -> -group.size()));
        return groups;
    }

    @Test
    void nothingIsAGroupWhereNothingIsAlike() {
        HeldVectors held = new HeldVectors(1 << 20);
        held.add(Made.embedding(0, new float[] {1, 0}));
        held.add(Made.embedding(1, new float[] {0, 1}));

        assertThat(NearDuplicates.groups(held, COSINE)).isEmpty();
        assertThat(NearDuplicates.groups(new HeldVectors(1), COSINE)).isEmpty();
    }
}
