package io.streamclr.console.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.wire.VectorBytes;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentEmbeddingsTest {

    private final RecentEmbeddings recent = new RecentEmbeddings();

    @Test
    void anImageHasThoseThatItsOwnEncoderFindsMostAlikeNearestFirst() {
        recent.add(embedding(1, "a", 1, 0));
        recent.add(embedding(2, "a", 1, 1));
        recent.add(embedding(3, "b", 1, 0.1f));
        recent.add(embedding(4, "a", 3, 0.3f));

        RecentEmbeddings.Row newest = recent.newest(1, 5).get(0);

        assertThat(newest.image().origin()).isEqualTo(4);
        assertThat(newest.compared()).isEqualTo(2);
        assertThat(newest.neighbours())
                .extracting(near -> near.image().origin())
                .containsExactly(1L, 2L);
        assertThat(recent.newest(2, 5).get(1).neighbours()).isEmpty();
    }

    @Test
    void theNewestAreThoseThatArrivedLastInWhateverOrderTheyWereRead() {
        for (int image : List.of(5, 2, 7, 1)) {
            recent.add(embedding(image, "a", 1, image));
        }

        assertThat(recent.newest(3, 1)).extracting(row -> row.image().origin()).containsExactly(7L, 5L, 2L);
    }

    @Test
    void anImageThatIsEmbeddedAgainCountsOnce() {
        recent.add(embedding(1, "a", 1, 0));
        recent.add(embedding(2, "a", 1, 0));
        recent.add(embedding(1, "a", 0, 1));

        assertThat(recent.newest(5, 5)).hasSize(2).allSatisfy(row -> assertThat(row.neighbours())
                .hasSize(1)
                .allSatisfy(near -> assertThat(near.cosine()).isZero()));
    }

    @Test
    void whatLiesFurtherBackThanTheyReachIsNoNeighbour() {
        recent.add(embedding(0, "a", 1, 0));
        for (int image = 1; image <= RecentEmbeddings.MOST; image++) {
            recent.add(embedding(image, "a", 0, 1));
        }

        RecentEmbeddings.Row newest = recent.newest(1, RecentEmbeddings.MOST).get(0);

        assertThat(newest.compared()).isEqualTo(RecentEmbeddings.MOST - 1);
        assertThat(newest.neighbours()).noneMatch(near -> near.image().origin() == 0);
    }

    @Test
    void longVectorsTakeNoMoreMemoryThanShortOnes() {
        for (int image = 0; image < 200; image++) {
            recent.add(embedding(image, "a", new float[1 << 16]));
        }

        assertThat(recent.newest(1, 1).get(0).compared()).isEqualTo(127);
    }

    private static StoredEmbedding embedding(int image, String digest, float... vector) {
        ImageEmbedding record = new ImageEmbedding(
                String.format("%032x", image),
                new Origin(0, (long) image),
                Instant.ofEpochSecond(image),
                "",
                "run",
                1L,
                digest.repeat(64),
                VectorFormat.FLOAT32,
                VectorBytes.of(vector, VectorFormat.FLOAT32),
                null,
                null);
        return new StoredEmbedding(image, record, vector);
    }
}
