package io.streamclr.console.similar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.console.vectors.LogPosition;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorIndexTest {

    private static final LogPosition AFTER = new LogPosition(Map.of(0, 12L, 3, 40L), Map.of(0, 9L, 3, 38L));

    @TempDir
    private Path work;

    @ParameterizedTest
    @ValueSource(ints = {5_000, 50})
    void nearlyAllOfTheTenNearestAreFoundWhetherVectorsAreRandomOrInClusters(int centres) {
        List<float[]> vectors = Made.vectors(5_000, 32, centres, 0.5, new Random(11));
        HeldVectors exact = new HeldVectors(16 << 20);
        int found = 0;
        int queries = 100;
        try (VectorIndex index = VectorIndex.open(work)) {
            for (int i = 0; i < vectors.size(); i++) {
                exact.add(Made.embedding(i, vectors.get(i)));
                index.add(Made.embedding(i, vectors.get(i)));
            }
            for (float[] query : Made.vectors(queries, 32, centres, 0.5, new Random(11))) {
                found += common(exact.nearest(query, 10), index.nearest(query, 10));
            }
        }

        assertThat(found / (10.0 * queries)).isGreaterThanOrEqualTo(0.95);
    }

    private static int common(List<Found> some, List<Found> others) {
        Set<Item> items = new HashSet<>();
        some.forEach(found -> items.add(found.item()));
        return (int)
                others.stream().filter(found -> items.contains(found.item())).count();
    }

    @Test
    void whatIsFoundSaysWhatTheTopicSaid() {
        try (VectorIndex index = VectorIndex.open(work)) {
            index.add(Made.embedding(0, new float[] {1, 2}));
            index.add(Made.embedding(1, new float[] {-2, 1}));

            List<Found> found = index.nearest(new float[] {-4, 2}, 5);

            assertThat(found)
                    .extracting(Found::item)
                    .containsExactly(
                            new Item(Made.id(1), "picture-1.png", 1, "class 1"),
                            new Item(Made.id(0), "picture-0.png", -1, ""));
            assertThat(found.get(0).cosine()).isCloseTo(1, within(1e-6f));
            assertThat(found.get(1).cosine()).isCloseTo(0, within(1e-6f));
            assertThat(index.vectorOf(Made.id(1)).orElseThrow()[0]).isCloseTo(-2 / (float) Math.sqrt(5), within(1e-6f));
            assertThat(index.vectorOf(Made.id(2))).isEmpty();
        }
    }

    @Test
    void whatWasCommittedIsThereAgainWithItsPosition() {
        try (VectorIndex index = VectorIndex.open(work)) {
            index.add(Made.embedding(0, new float[] {1, 2}));
            index.commit("topic", 4, AFTER);
        }

        try (VectorIndex index = VectorIndex.open(work)) {
            index.add(Made.embedding(1, new float[] {2, 1}));

            assertThat(index.position()).isEqualTo(AFTER);
            assertThat(index.others()).isEqualTo(4);
            assertThat(index.encoder().orElseThrow().inWords()).isEqualTo("run@7 (aaaaaaaaaaaa)");
            assertThat(index.nearest(new float[] {1, 1}, 5)).hasSize(2);
        }
    }

    @Test
    void aKillBetweenAddAndCommitLeavesTheIndexAtTheCommitBefore() {
        try (VectorIndex index = VectorIndex.open(work)) {
            index.add(Made.embedding(0, new float[] {1, 2}));
            index.commit("topic", 0, AFTER);
            index.add(Made.embedding(1, new float[] {2, 1}));
        }

        try (VectorIndex index = VectorIndex.open(work)) {
            assertThat(index.size()).isEqualTo(1);
            assertThat(index.position()).isEqualTo(AFTER);
        }
    }

    @Test
    void aKillBeforeTheFirstCommitLeavesAFolderThatIsTakenAgain() throws IOException {
        try (VectorIndex index = VectorIndex.open(work)) {
            index.add(Made.embedding(0, new float[] {1, 2}));
        }
        Files.createFile(work.resolve("_0.fdt"));

        try (VectorIndex index = VectorIndex.open(work)) {
            assertThat(index.size()).isZero();
            assertThat(index.encoder()).isEmpty();
            assertThat(index.position()).isEqualTo(LogPosition.BEGINNING);
        }
    }

    @Test
    void anotherEncoderAndAnotherTopicAreRefusedWithTheWayOut() {
        String other = "b".repeat(64);
        try (VectorIndex index = VectorIndex.open(work)) {
            index.requireOf("embeddings", "topic", other);
            index.add(Made.embedding(0, new float[] {1, 2}));
            index.commit("topic", 0, AFTER);

            index.requireOf("embeddings", "topic", Made.DIGEST);
            assertThatThrownBy(() -> index.requireOf("embeddings", "topic", other))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("The index " + work
                            + " holds embeddings of encoder run@7 (aaaaaaaaaaaa), and those asked for"
                            + " are of " + other + "; give another folder with --index for these, or --encoder-digest "
                            + Made.DIGEST + " to go on with the index");
            assertThatThrownBy(() -> index.requireOf("embeddings", "anew", Made.DIGEST))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage(
                            "The index " + work + " was made from another topic than the embeddings of this broker, or"
                                    + " that was deleted and made anew since; delete the folder to have it made again, or give"
                                    + " another --index");
        }
    }

    @Test
    void aFolderWithSomethingElseIsLeftAlone() throws IOException {
        Files.writeString(work.resolve("thesis.txt"), "years of work");

        assertThatThrownBy(() -> VectorIndex.open(work))
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "The folder " + work + " holds no index but thesis.txt; give an empty folder with --index, or"
                                + " one that is not there yet");
        assertThat(work)
                .isDirectoryContaining("glob:**/thesis.txt")
                .satisfies(folder -> assertThat(folder.toFile().list()).hasSize(1));
    }

    @Test
    void whatManySearchesAddedIsJoinedIntoFewParts() throws IOException {
        for (int i = 0; i < 25; i++) {
            try (VectorIndex index = VectorIndex.open(work)) {
                index.add(Made.embedding(i, new float[] {1, i}));
                index.commit("topic", 0, AFTER);
            }
        }

        try (FSDirectory files = FSDirectory.open(work);
                DirectoryReader reader = DirectoryReader.open(files)) {
            assertThat(reader.numDocs()).isEqualTo(25);
            assertThat(reader.leaves()).hasSizeLessThan(12);
        }
    }

    @Test
    void oneProcessAtATimeHasIt() {
        try (VectorIndex held = VectorIndex.open(work)) {
            assertThat(held.size()).isZero();
            assertThatThrownBy(() -> VectorIndex.open(work))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("Another process has the index " + work
                            + " open; wait until it is done, or give another --index");
        }
    }

    @Test
    void vectorsMayBeWiderThanLucenesUsualLimit() {
        float[] wide = new float[2_048];
        wide[2_047] = 5;
        try (VectorIndex index = VectorIndex.open(work)) {
            index.add(Made.embedding(0, wide));
            index.commit("topic", 0, AFTER);
        }

        try (VectorIndex index = VectorIndex.open(work)) {
            assertThat(index.nearest(wide, 1).get(0).cosine()).isCloseTo(1, within(1e-6f));
            assertThatThrownBy(() -> index.add(Made.embedding(1, new float[2_047])))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageContaining("has 2047 features, but this index has those of 2048");
        }
    }
}
