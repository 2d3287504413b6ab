package io.streamclr.console.similar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.schemas.RefusalException;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldVectorsTest {

    @Test
    void theNearestAreThoseOfTheObviousComparison() {
        List<float[]> vectors = Made.vectors(300, 24, 300, 1, new Random(3));
        HeldVectors held = new HeldVectors(1 << 20);
        IntStream.range(0, vectors.size()).forEach(i -> held.add(Made.embedding(i, vectors.get(i))));
        float[] query = vectors.get(17);

        List<Found> found = held.nearest(query, 9);

        List<Integer> expected = IntStream.range(0, vectors.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Made.cosine(query, vectors.get(i))))
                .limit(9)
                .toList();
        assertThat(found)
                .extracting(each -> each.item().id())
                .isEqualTo(expected.stream().map(Made::id).toList());
        assertThat(found.get(0).cosine()).isCloseTo(1, within(1e-5f));
        assertThat((double) found.get(8).cosine())
                .isCloseTo(Made.cosine(query, vectors.get(expected.get(8))), within(1e-5));
        assertThat(held.vectorOf(Made.id(17))).isPresent();
        assertThat(held.vectorOf(Made.id(300))).isEmpty();
    }

    @Test
    void aVectorOfZerosIsLikeNothing() {
        HeldVectors held = new HeldVectors(1 << 20);
        held.add(Made.embedding(0, new float[] {0, 0}));
        held.add(Made.embedding(1, new float[] {-3, 0}));

        assertThat(held.nearest(new float[] {1, 0}, 5))
                .extracting(Found::cosine)
                .containsExactly(0f, -1f);
    }

    @Test
    void lucenesAdviceOnJavaStaysOffTheTerminal() {
        assertThat(HeldVectors.empty().size()).isZero();

        assertThat(Logger.getLogger("org.apache.lucene.store").isLoggable(Level.WARNING))
                .isFalse();
    }

    @Test
    void whatTakesTooMuchMemoryIsRefusedWithTheWayOut() {
        HeldVectors held = new HeldVectors(2 << 20);
        float[] large = new float[1 << 18];
        held.add(Made.embedding(0, large));

        assertThatThrownBy(() -> held.add(Made.embedding(1, large)))
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "1 embeddings of 262144 features take all of the 2 MiB that a search keeps in memory, and there"
                                + " are more; search by an index with --index DIR, or give Java more memory with STREAMCLR_OPTS=-Xmx");
    }
}
